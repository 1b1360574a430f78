/* Reading what gemini-balance keeps. */
#include "main/gb.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "main/cli.h"
#include "main/gb_file.h"

#define CHUNK 65536

/* gemini-balance has fewer than a hundred settings, and nobody so many files
 * within 48 hours. */
#define MAX_SETTINGS 10000
#define MAX_FILES 100000

const struct dump_table gb_tables[GB__TABLES] = {
    [GB_SETTINGS] = {"t_settings", {"key", "value"}},
    [GB_FILES] = {"t_file_records", GB_FILE_COLUMNS},
};

/* --- rows ---------------------------------------------------------------- */

static struct json_object *
database(struct gb_source *source, const char *name)
{
	struct json_object *o = json_get(source->databases, name);
	if (o != NULL)
		return o;
	o = json_object_new_object();
	json_set(o, "settings", json_object_new_object());
	json_set(o, "files", json_object_new_array());
	json_set_int(o, "gone", 0);
	json_set(source->databases, name, o);
	return o;
}

void
gb_begin(struct gb_source *source, const char *name)
{
	(void)database(source, name);
}

/* A text without NUL. */
static bool
is_text(const struct dump_value *v)
{
	return v->text != NULL && strlen(v->text) == v->len &&
	    text_is_utf8(v->text, v->len);
}

static void
keep_setting(struct json_object *settings, const struct dump_row *row)
{
	const struct dump_value *name = &row->values[0];
	const struct dump_value *value = &row->values[1];
	if (!is_text(name))
		return;
	struct json_object *o = json_object_new_object();
	if (is_text(value))
		json_set_text(o, "value", value->text);
	else if (value->text != NULL)
		json_set_bool(o, "bad", true);
	if (row->line > 0)
		json_set_int(o, "line", row->line);
	json_set(settings, name->text, o);
}

bool
gb_keep(void *ctx, const struct dump_row *row)
{
	struct gb_source *source = ctx;
	struct json_object *base = database(source, row->database);
	struct json_object *settings = json_get(base, "settings");
	struct json_object *files = json_get(base, "files");
	if (row->table == GB_SETTINGS)
		keep_setting(settings, row);
	else {
		struct json_object *file = gb_file_new(row, source->now_s);
		if (file != NULL)
			json_object_array_add(files, file);
		else
			json_set_int(
			    base, "gone", json_get_int(base, "gone", 0) + 1);
	}
	if (json_object_object_length(settings) <= MAX_SETTINGS &&
	    json_count(files) <= MAX_FILES)
		return true;
	cli_complain("%s holds more settings or files than gemini-balance has",
	    source->path);
	source->failed = true;
	return false;
}

/* --- kinds --------------------------------------------------------------- */

static bool
read_error(const struct gb_source *source)
{
	char text[128];
	cli_complain("cannot read %s: %s", source->path,
	    strerror_r(errno, text, sizeof(text)));
	return false;
}

/* As much as there is, up to size; -1 on failure. */
static ssize_t
read_much(int fd, char *bytes, size_t size)
{
	size_t len = 0;
	ssize_t n = 1;
	while (len < size && (n = read(fd, bytes + len, size - len)) > 0)
		len += (size_t)n;
	return n < 0 ? n : (ssize_t)len;
}

static bool
read_env(struct gb_source *source, int fd, char *chunk, ssize_t n)
{
	for (; n > 0; n = read_much(fd, chunk, CHUNK))
		buf_add(&source->text, chunk, (size_t)n);
	if (n < 0)
		return read_error(source);
	if (!buf_ok(&source->text))
		cli_complain("%s is too large", source->path);
	return buf_ok(&source->text);
}

static bool
read_dump(struct gb_source *source, int fd, char *chunk, ssize_t n)
{
	struct dump d;
	size_t mark = n >= 3 && memcmp(chunk, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	bool ok = true;
	dump_init(&d, gb_tables, GB__TABLES, gb_keep, source);
	for (; ok && n > 0; n = read_much(fd, chunk, CHUNK), mark = 0)
		ok = dump_feed(&d, chunk + mark, (size_t)n - mark);
	if (ok && n < 0)
		ok = read_error(source);
	else
		ok = ok && dump_end(&d);
	if (d.why.len > 0)
		cli_complain("%s %s", source->path, buf_cstr(&d.why));
	dump_clear(&d);
	return ok;
}

static bool
read_sqlite(struct gb_source *source, const char *head, ssize_t n, bool input)
{
	if (input || n < 100) {
		cli_complain(input ? "a SQLite file cannot come on %s: name it"
				   : "%s is a SQLite file that is cut off",
		    source->path);
		return false;
	}
#ifdef HAVE_SQLITE
	return gb_sqlite_read(source, head);
#else
	(void)head;
	cli_complain("%s is a SQLite file, which this keywheel cannot read: it "
		     "was built without libsqlite3",
	    source->path);
	return false;
#endif
}

/* What other kinds would have to become. */
static bool
refuse(const struct gb_source *source)
{
	static const char *const words[] = {
	    [GB_EMPTY] = "is empty",
	    [GB_UTF16] = "is text in UTF-16; save it as UTF-8 (mysqldump has "
			 "--result-file for that)",
	    [GB_PACKED] = "is compressed: unpack it first, as in `zcat FILE | "
			  "keywheel import-gemini-balance -`",
	    [GB_SQLITE_TEXT] = "is the text of a SQLite database: give the "
			       "database file itself",
	    [GB_UNKNOWN] = "is no .env file, no SQLite file and no MySQL dump",
	};
	cli_complain("%s %s", source->path, words[source->kind]);
	return false;
}

static bool
read_kind(struct gb_source *source, int fd, bool input)
{
	char chunk[CHUNK];
	ssize_t n = read_much(fd, chunk, sizeof(chunk));
	bool ok;
	if (n < 0)
		return read_error(source);
	source->kind = gb_kind_of(chunk, (size_t)n);
	switch (source->kind) {
	case GB_ENV:
		ok = read_env(source, fd, chunk, n);
		break;
	case GB_DUMP:
		ok = read_dump(source, fd, chunk, n);
		break;
	case GB_SQLITE:
		ok = read_sqlite(source, chunk, n, input);
		break;
	default:
		return refuse(source);
	}
	crypt_wipe(chunk, sizeof(chunk));
	return ok;
}

bool
gb_read(struct gb_source *source, const char *path, int64_t now_s)
{
	bool input = strcmp(path, "-") == 0;
	*source = (struct gb_source){.path = input ? "standard input" : path,
	    .databases = json_object_new_object(),
	    .now_s = now_s};
	buf_init(&source->text, BUF_LARGE);
	int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return read_error(source);
	struct stat st;
	bool ok = fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode);
	if (!ok)
		cli_complain("%s is a folder: name the files in it, such as "
			     ".env and data/default_db",
		    path);
	ok = ok && read_kind(source, fd, input);
	if (!input)
		close(fd);
	if (!ok || source->kind == GB_ENV ||
	    json_object_object_length(source->databases) > 0)
		return ok;
	cli_complain("%s holds no table of gemini-balance's (t_settings, "
		     "t_file_records)",
	    source->path);
	return false;
}

void
gb_clear(struct gb_source *source)
{
	if (source->text.data != NULL)
		crypt_wipe(source->text.data, source->text.len);
	buf_clear(&source->text);
	json_object_put(source->databases);
}
