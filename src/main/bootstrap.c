/* Reading the bootstrap configuration. */
#include "main/bootstrap.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/dotenv.h"
#include "base/file.h"
#include "base/log_target.h"

/* The names, where they go, and what they are without being named. */
static const struct {
	const char *name;
	size_t offset;
	const char *fallback;
} names[] = {
    {"DATABASE_URL", offsetof(struct bootstrap, database_url), NULL},
    {"OWNER_DATABASE_URL", offsetof(struct bootstrap, owner_database_url),
	NULL},
    {"MASTER_KEY_FILE", offsetof(struct bootstrap, master_key_file), NULL},
    {"SQL_DIR", offsetof(struct bootstrap, sql_dir), KEYWHEEL_DATA_DIR "/sql"},
    {"TEMPLATE_DIR", offsetof(struct bootstrap, template_dir),
	KEYWHEEL_DATA_DIR "/templates"},
    {"MESSAGE_DIR", offsetof(struct bootstrap, message_dir),
	KEYWHEEL_DATA_DIR "/messages"},
    {"CA_FILE", offsetof(struct bootstrap, ca_file), NULL},
    {"LOG_TARGET", offsetof(struct bootstrap, log_target), "stderr"},
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

bool
bootstrap_read(struct bootstrap *b, const char *conf, struct buf *why)
{
	*b = (struct bootstrap){0};
	if (conf == NULL)
		conf = getenv("KEYWHEEL_CONF");
	if (conf != NULL && *conf != '\0' && !read_file(b, conf, why))
		return false;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i].name);
		if (value != NULL && *value != '\0')
			put(b, i, value);
		else if (*slot(b, i) == NULL && names[i].fallback != NULL)
			put(b, i, names[i].fallback);
	}
	if (b->database_url == NULL) {
		buf_str(why,
		    "DATABASE_URL is set neither in the environment "
		    "nor in a configuration file (--conf)");
		return false;
	}
	if (b->owner_database_url == NULL)
		put(b, 1, b->database_url);
	return log_target_set(b->log_target, why);
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
