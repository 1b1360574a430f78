/* The steps of an installation. */
#include "admin/install_do.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "admin/install.h"
#include "base/crypt.h"
#include "base/file.h"
#include "base/json.h"
#include "base/pattern.h"
#include "base/setting.h"
#include "gateway/key_import.h"
#include "gateway/service.h"
#include "store/db.h"
#include "store/hosts.h"
#include "store/migrate.h"
#include "store/tokens.h"

/* Nobody guesses one of 62^48. */
#define TOKEN_CHARACTERS 48
#define MOST_NAMES 100

void
installed_init(struct installed *done)
{
	*done = (struct installed){0};
	buf_init(&done->token, BUF_SMALL);
	buf_init(&done->name, BUF_SMALL);
}

void
installed_clear(struct installed *done)
{
	if (done->token.data != NULL)
		crypt_wipe(done->token.data, done->token.len);
	buf_clear(&done->token);
	buf_clear(&done->name);
}

static bool
have_master(
    const struct install *install, struct master_key *master, struct buf *why)
{
	const char *reason;
	const char *file = install->master_file;
	char text[128];
	if (!file_exists(file) && !crypt_make_master(file)) {
		/* The GNU form returns the text. */
		buf_fmt(why, "cannot write %s: %s", file,
		    strerror_r(errno, text, sizeof(text)));
		return false;
	}
	if (crypt_load_master(file, master, &reason))
		return true;
	buf_fmt(why, "%s: %s", file, reason);
	return false;
}

/* From then on the database can say which master key seals. */
static bool
migrate(const struct install *install, struct db *db,
    const struct master_key *master, struct buf *why)
{
	struct buf said;
	buf_init(&said, BUF_LARGE);
	bool ok = store_migrate_alone(db, install->sql_dir, &said, why);
	buf_clear(&said);
	if (!ok || hosts_follow(db, master))
		return ok;
	buf_str(why, db_error(db));
	return false;
}

/* --- the token ------------------------------------------------------------ */

/* Is there an admin token that is in use? -1 on failure. */
static int
has_admin(struct db *db)
{
	struct json_object *rows = tokens_list(db);
	if (rows == NULL)
		return -1;
	int found = 0;
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *state = json_get_text(row, "state");
		found |= json_get_bool(row, "admin") && state != NULL &&
		    strcmp(state, "active") == 0;
	}
	json_object_put(rows);
	return found;
}

/* Under the first name of "admin", "admin 2" … that is free. */
static bool
make_token(struct db *db, const struct master_key *master,
    struct installed *done, struct buf *why)
{
	enum token_added added = TOKEN_NAME_TAKEN;
	crypt_random_text(&done->token, "sk-", TOKEN_CHARACTERS);
	for (int i = 1; i <= MOST_NAMES && added == TOKEN_NAME_TAKEN; i++) {
		buf_reset(&done->name);
		buf_str(&done->name, "admin");
		if (i > 1)
			buf_fmt(&done->name, " %d", i);
		added = tokens_add(db, master, buf_cstr(&done->name),
		    buf_cstr(&done->token), true, "page");
	}
	if (added == TOKEN_ADDED)
		return true;
	buf_str(why, db_error(db));
	return false;
}

/* --- the keys ------------------------------------------------------------- */

static bool
send_keys(struct db *db, struct key_import *im, const struct buf *keys,
    struct installed *done, struct buf *why)
{
	if (key_import_take(im, buf_cstr(keys), keys->len) != KEY_IMPORT_DONE) {
		buf_str(why, "these are no keys");
		return false;
	}
	if (!db_begin(db) ||
	    !db_end(db, key_intake_send(&im->intake, db, "page", false))) {
		buf_str(why, db_error(db));
		return false;
	}
	done->keys = key_intake_count(&im->intake, KEY_ADDED) +
	    key_intake_count(&im->intake, KEY_RESTORED);
	done->bad = im->n_bad;
	return true;
}

static bool
take_keys(struct service *s, struct db *db, const struct master_key *master,
    const struct buf *keys, struct installed *done, struct buf *why)
{
	struct key_import im;
	if (keys->len == 0)
		return true;
	struct pattern *pattern = pattern_new(
	    settings_text(s->settings, SETTING_ID_KEY_PATTERN), why);
	if (pattern == NULL)
		return false;
	struct json_object *options = json_object_new_object();
	json_set_text(options, "pool", "gemini");
	key_import_init(&im, master, pattern, options);
	bool ok = send_keys(db, &im, keys, done, why);
	key_import_clear(&im);
	json_object_put(options);
	pattern_free(pattern);
	return ok;
}

bool
install_do(struct service *s, struct db *db, const struct buf *keys,
    bool want_token, struct installed *done, struct buf *why)
{
	struct master_key master = {0};
	bool ok = have_master(s->install, &master, why) &&
	    migrate(s->install, db, &master, why);
	int admin = ok ? has_admin(db) : 0;
	if (admin < 0)
		buf_str(why, db_error(db));
	done->upgraded = admin > 0;
	ok = ok && admin >= 0 && take_keys(s, db, &master, keys, done, why) &&
	    ((admin > 0 && !want_token) || make_token(db, &master, done, why));
	crypt_forget_master(&master);
	return ok;
}
