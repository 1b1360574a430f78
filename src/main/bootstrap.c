/* Reading the bootstrap configuration. */
#include "main/bootstrap.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dotenv.h"
#include "base/file.h"
#include "base/log_target.h"
#include "base/text.h"

#define MAX_STOP_S 86400

/* The names, where they go, and what they are without being named: below, of
 * the folder of data, or of that of a shared host. */
static const struct {
	const char *name;
	size_t offset;
	const char *fallback, *below;
} names[] = {
    {"DATABASE_URL", offsetof(struct bootstrap, database_url), NULL, NULL},
    {"OWNER_DATABASE_URL", offsetof(struct bootstrap, owner_database_url), NULL,
	NULL},
    {"MASTER_KEY_FILE", offsetof(struct bootstrap, master_key_file), NULL,
	"master.key"},
    {"SQL_DIR", offsetof(struct bootstrap, sql_dir), KEYWHEEL_DATA_DIR "/sql",
	"share/sql"},
    {"TEMPLATE_DIR", offsetof(struct bootstrap, template_dir),
	KEYWHEEL_DATA_DIR "/templates", "share/templates"},
    {"MESSAGE_DIR", offsetof(struct bootstrap, message_dir),
	KEYWHEEL_DATA_DIR "/messages", "share/messages"},
    {"CA_FILE", offsetof(struct bootstrap, ca_file), NULL, NULL},
    {"LOG_TARGET", offsetof(struct bootstrap, log_target), "stderr", NULL},
    {"STOP_SECONDS", offsetof(struct bootstrap, stop_seconds), "120", NULL},
};

struct reading {
	struct bootstrap *b;
	const char *path;
	struct buf *why;
};

static char **
slot(struct bootstrap *b, size_t i)
{
	return (char **)((char *)b + names[i].offset);
}

static void
put(struct bootstrap *b, size_t i, const char *value)
{
	char **text = slot(b, i);
	free(*text);
	*text = strdup(value);
	if (*text == NULL)
		abort();
}

static bool
take_line(void *ctx, const char *name, const char *value, int line)
{
	struct reading *r = ctx;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(name, names[i].name) == 0) {
			put(r->b, i, value);
			return true;
		}
	buf_fmt(
	    r->why, "%s line %d: %s is not known here", r->path, line, name);
	return false;
}

static bool
read_file(struct bootstrap *b, const char *path, struct buf *why)
{
	struct reading reading = {b, path, why};
	struct buf text;
	buf_init(&text, BUF_SMALL);
	bool ok = file_read(path, &text, why) &&
	    dotenv_parse(buf_cstr(&text), text.len, take_line, &reading, why);
	buf_clear(&text);
	return ok;
}

static bool
read_seconds(struct bootstrap *b, struct buf *why)
{
	int64_t n;
	if (!text_to_int(b->stop_seconds, 1, MAX_STOP_S, &n)) {
		buf_fmt(why, "STOP_SECONDS is not a number from 1 to %d",
		    MAX_STOP_S);
		return false;
	}
	b->stop_s = (int)n;
	return true;
}

/* What nobody has named. */
static void
put_fallback(struct bootstrap *b, size_t i, const char *folder)
{
	struct buf path;
	if (folder != NULL && names[i].below != NULL) {
		buf_init(&path, BUF_SMALL);
		buf_fmt(&path, "%s/%s", folder, names[i].below);
		put(b, i, buf_cstr(&path));
		buf_clear(&path);
	} else if (names[i].fallback != NULL) {
		put(b, i, names[i].fallback);
	}
}

bool
bootstrap_read(
    struct bootstrap *b, const char *conf, const char *folder, struct buf *why)
{
	*b = (struct bootstrap){0};
	if (conf == NULL)
		conf = getenv("KEYWHEEL_CONF");
	if (conf == NULL && access(KEYWHEEL_CONF_FILE, F_OK) == 0)
		conf = KEYWHEEL_CONF_FILE;
	bool ok = conf == NULL || *conf == '\0' || read_file(b, conf, why);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i].name);
		if (value != NULL && *value != '\0')
			put(b, i, value);
		else if (*slot(b, i) == NULL)
			put_fallback(b, i, folder);
	}
	if (ok && b->database_url == NULL) {
		buf_str(why,
		    "DATABASE_URL is set neither in the environment nor in a "
		    "configuration file (--conf; else " KEYWHEEL_CONF_FILE ")");
		ok = false;
	}
	if (b->owner_database_url == NULL && b->database_url != NULL)
		put(b, 1, b->database_url);
	return ok && read_seconds(b, why) && log_target_set(b->log_target, why);
}

void
bootstrap_clear(struct bootstrap *b)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		free(*slot(b, i));
		*slot(b, i) = NULL;
	}
}

bool
bootstrap_master(
    const struct bootstrap *b, struct master_key *key, struct buf *why)
{
	const char *reason;
	if (b->master_key_file == NULL) {
		buf_str(why, "MASTER_KEY_FILE is not set");
		return false;
	}
	if (crypt_load_master(b->master_key_file, key, &reason))
		return true;
	buf_fmt(why, "%s: %s", b->master_key_file, reason);
	return false;
}
