/* Clearing in steps. */
#include "gateway/clearing.h"

#include <json-c/json.h>
#include <poll.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/clear.h"

#define LOOK_AGAIN_MS 200

/* Steps until nothing is left, or why something is. False if one failed. */
static bool
run_steps(const struct clearing *c, const struct clear_claim *claim,
    struct buf *remains)
{
	int64_t start = clock_mono_ms();
	bool more = true;
	while (more) {
		if (!clear_step(c->db, claim, &more, remains))
			return false;
		int64_t spent = clock_mono_ms() - start;
		if (!more || (remains->len > 0 && spent >= c->wait_ms))
			return true;
		if (spent >= c->limit_ms) {
			buf_reset(remains);
			buf_str(remains, "there was no time for the rest");
			return true;
		}
		if (remains->len > 0)
			poll(NULL, 0, LOOK_AGAIN_MS);
	}
	return true;
}

static enum cleared
run_claimed(const struct clearing *c, const struct clear_claim *claim,
    struct json_object **removed, struct buf *why)
{
	struct buf remains;
	enum cleared end = CLEARED_FAILED;
	buf_init(&remains, BUF_SMALL);
	bool ok = run_steps(c, claim, &remains);
	/* What was removed is true also if the last step has failed. */
	*removed = clear_end(
	    c->db, claim, ok ? buf_cstr(&remains) : "the database failed");
	if (ok && *removed != NULL)
		end = remains.len > 0 ? CLEARED_PART : CLEARED_ALL;
	else
		json_object_put(*removed);
	if (end == CLEARED_FAILED)
		*removed = NULL;
	buf_join(why, &remains);
	buf_clear(&remains);
	return end;
}

enum cleared
clearing_run(
    const struct clearing *c, struct json_object **removed, struct buf *why)
{
	struct clear_claim claim;
	enum cleared end = CLEARED_FAILED;
	*removed = NULL;
	if (clear_begin(c->db, c->what, c->age_s, c->by, &claim)) {
		if (claim.id[0] != '\0')
			end = run_claimed(c, &claim, removed, why);
		else {
			end = CLEARED_NOT;
			buf_fmt(why,
			    "it is being done already, by %s, since %s",
			    buf_cstr(&claim.running_by),
			    buf_cstr(&claim.running_since));
		}
	}
	clear_claim_clear(&claim);
	return end;
}

void
clearing_words(struct json_object *removed, struct buf *out)
{
	static const struct {
		const char *name, *one, *many;
	} words[] = {
	    {"requests", "request", "requests"},
	    {"attempts", "failed attempt", "failed attempts"},
	    {"request_bodies", "recorded body", "recorded bodies"},
	    {"key_events", "event of a key", "events of keys"},
	    {"answers", "answer", "answers"},
	    {"bytes", "byte", "bytes"},
	    {"signatures", "signature", "signatures"},
	    {"conversations", "conversation", "conversations"},
	    {"files", "file", "files"},
	    {"uploads", "upload that came to nothing",
		"uploads that came to nothing"},
	};
	const char *comma = "";
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		int64_t n = json_get_int(removed, words[i].name, 0);
		if (n == 0)
			continue;
		buf_fmt(out, "%s%lld %s", comma, (long long)n,
		    n == 1 ? words[i].one : words[i].many);
		comma = ", ";
	}
	if (*comma == '\0')
		buf_str(out, "nothing");
}
