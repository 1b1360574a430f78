/*
 * `keywheel master-key`: another master key while requests are served. Three
 * steps, each of which may be stopped and begun again:
 *
 * add: the file gets a second key, which opens but does not seal. It goes to
 * every host, each of which tells the database what its file holds.
 * rotate: the second key seals, everywhere from the next request on, and what
 * the first has sealed is sealed anew.
 * finish: once nothing needs it, the first key leaves the file.
 *
 * And for those who have lost theirs:
 *
 * lost: the file's key seals, whatever the database says.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/master_file.h"
#include "main/master_change.h"

/* Looks at all that is there; what somebody holds is let go in between. */
#define LOOKS_MOST 20
#define LOOK_PAUSE_US 50000

/* --- add ----------------------------------------------------------------- */

static bool
add_key(const char *path, struct master_file *was, struct buf *why)
{
	struct master_file file = *was;
	crypt_random(file.keys[file.n++], MASTER_KEY_SIZE);
	bool ok = master_file_replace(path, was, &file, why);
	crypt_wipe(&file, sizeof(file));
	return ok;
}

int
cli_master_key_add(struct cli *cli)
{
	struct master_file was = {0};
	struct change c;
	struct buf why;
	const char *reason = "";
	bool ok = false;
	buf_init(&why, BUF_SMALL);
	if (!change_begin(&c, cli)) {
		change_end(&c);
		buf_clear(&why);
		return CLI_FAILED;
	}
	const char *path = cli->bootstrap.master_key_file;
	if (!master_file_read(path, &was, &reason))
		buf_fmt(&why, "%s: %s", path, reason);
	else if (was.n > 1)
		buf_fmt(&why, "%s holds a new key already: %s", path,
		    change_next(&c));
	else
		ok = add_key(path, &was, &why);
	crypt_wipe(&was, sizeof(was));
	change_end(&c);
	if (!ok)
		cli_complain("%s", buf_cstr(&why));
	buf_clear(&why);
	if (!ok)
		return CLI_FAILED;
	(void)master_ring_refresh(cli->master.ring);
	return cli_master_key_show(cli);
}

/* --- rotate -------------------------------------------------------------- */

/* Without those that nobody can seal anew. */
static int64_t
left_to_change(const struct change *c)
{
	return sealed_left(c->count) - c->count[SEALED_DRAFTS].other;
}

/* Until nothing is left, or somebody holds on to something. False after a
 * complaint. */
static bool
seal_anew(struct change *c)
{
	for (int i = 0; i < LOOKS_MOST; i++) {
		if (!change_look(c, true))
			return false;
		int64_t copies = sealed_copy(c->db);
		if (copies < 0) {
			change_failed(c);
			return false;
		}
		if (left_to_change(c) == 0 && copies == 0)
			break;
		usleep(i == 0 ? 0 : LOOK_PAUSE_US);
	}
	return true;
}

/* May the newest key seal? False after a complaint. */
static bool
may_turn(const struct change *c)
{
	if (!change_has_new(c)) {
		cli_complain("%s holds no new key: %s",
		    c->cli->bootstrap.master_key_file, change_next(c));
		return false;
	}
	return change_has_hosts(c);
}

static int
turn(struct change *c)
{
	if (!sealed_choose(c->db, c->newest))
		return change_failed(c);
	snprintf(c->sealing, sizeof(c->sealing), "%s", c->newest);
	if (!seal_anew(c))
		return CLI_FAILED;
	if (left_to_change(c) == 0)
		change_say(c, NULL);
	else
		cli_complain("%lld rows are held by somebody: run it again",
		    (long long)left_to_change(c));
	return left_to_change(c) == 0 ? CLI_DONE : CLI_FAILED;
}

int
cli_master_key_rotate(struct cli *cli)
{
	struct change c;
	int status = CLI_FAILED;
	if (change_begin(&c, cli) && may_turn(&c))
		status = turn(&c);
	change_end(&c);
	return status;
}

/* --- finish -------------------------------------------------------------- */

/* Does nothing need the first key any more? False after a complaint. */
static bool
may_drop(struct change *c)
{
	if (!change_has_turned(c)) {
		cli_complain(
		    "the key %s seals still: %s", c->sealing, change_next(c));
		return false;
	}
	if (!change_has_hosts(c) || !seal_anew(c) || !change_look(c, false))
		return false;
	int64_t drafts = c->count[SEALED_DRAFTS].other;
	if (drafts > 0)
		cli_complain("%lld keys that were pasted on a page wait to be "
			     "added, sealed with the old key: add them, or "
			     "wait an hour",
		    (long long)drafts);
	if (left_to_change(c) > 0)
		cli_complain("%lld rows are sealed with the old key still",
		    (long long)left_to_change(c));
	return sealed_left(c->count) == 0;
}

/* Is the file still one of two, of which that stays that opens everything? */
static bool
is_examined(const struct change *c, const struct master_file *file)
{
	char id[MASTER_ID_SIZE + 1];
	return file->n == 2 && master_ring_name(file->keys[1], id) &&
	    strcmp(id, c->newest) == 0;
}

/* The newest key stays, and what hashes. */
static bool
drop_first(const struct change *c)
{
	const char *path = c->cli->bootstrap.master_key_file, *reason = "";
	struct master_file was, file = {.n = 1, .has_hash = true};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	bool ok = master_file_read(path, &was, &reason);
	if (!ok)
		buf_fmt(&why, "%s: %s", path, reason);
	else if (!is_examined(c, &was)) {
		buf_fmt(&why, "%s has been changed by somebody else", path);
		ok = false;
	} else {
		memcpy(file.keys[0], was.keys[1], MASTER_KEY_SIZE);
		memcpy(file.hash, c->cli->master.hash, MASTER_KEY_SIZE);
		ok = master_file_replace(path, &was, &file, &why);
	}
	if (!ok)
		cli_complain("%s", buf_cstr(&why));
	crypt_wipe(&file, sizeof(file));
	crypt_wipe(&was, sizeof(was));
	buf_clear(&why);
	return ok;
}

int
cli_master_key_finish(struct cli *cli)
{
	struct change c;
	bool done = change_begin(&c, cli);
	/* One that was stopped after its last step says the same. */
	if (done && change_has_new(&c))
		done = may_drop(&c) && drop_first(&c);
	change_end(&c);
	if (!done)
		return CLI_FAILED;
	(void)master_ring_refresh(cli->master.ring);
	return cli_master_key_show(cli);
}

/* --- lost ---------------------------------------------------------------- */

int
cli_master_key_lost(struct cli *cli)
{
	struct change c;
	bool done = change_connect(&c, cli);
	if (done && change_has_new(&c)) {
		cli_complain("%s holds two keys: none is lost",
		    cli->bootstrap.master_key_file);
		done = false;
	} else if (done && !sealed_choose(c.db, c.newest)) {
		change_failed(&c);
		done = false;
	}
	change_end(&c);
	return done ? cli_master_key_show(cli) : CLI_FAILED;
}
