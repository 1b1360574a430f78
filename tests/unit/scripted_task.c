/* The toy protocol that the relay understands instead of an API's. */
#include "scripted_stage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

static int
lanes(void *ctx)
{
	const struct stage *s = ctx;
	return s->scene->lanes > 0 ? s->scene->lanes - s->complete : 1;
}

/* Only of interest where keys have scopes. */
static void
leased(void *ctx, const struct lease *lease)
{
	struct stage *s = ctx;
	if (s->scene->scopes != NULL)
		scripted_note(s, "scope(%s)", lease->scope);
}

static void
head(void *ctx, const char *content_type)
{
	struct stage *s = ctx;
	CU_ASSERT(unit_same(content_type, "text/toy"));
	snprintf(s->content_type, sizeof(s->content_type), "%s", content_type);
}

static void
end_piece(struct stage *s, const struct buf *out)
{
	int64_t us = s->scene->piece_us;
	if (s->n_pieces == COUNT_OF(s->pieces))
		abort();
	s->pieces[s->n_pieces++] =
	    (struct pace_mark){out->len, us == 0 ? 100000 : us};
}

static size_t
marks(void *ctx, const struct pace_mark **list)
{
	struct stage *s = ctx;
	*list = s->pieces;
	return s->n_pieces;
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct stage *s = ctx;
	struct buf *to = s->scene->whole ? &s->text : out;
	size_t before = out->len;
	CU_ASSERT(unit_same(s->content_type, "text/toy"));
	if (out->len == 0)
		s->n_pieces = 0;
	s->usage.prompt = 3;
	for (size_t i = 0; i < len; i++) {
		int status;
		if (strchr("?!", bytes[i]) != NULL && s->scene->held)
			buf_reset(out);
		if (bytes[i] == '?')
			return FEED_GARBLED;
		if (bytes[i] == '!') {
			buf_str(refusal,
			    scripted_error(
				bytes + i + 1, len - i - 1, &status));
			return FEED_REFUSED;
		}
		if (bytes[i] == '~') {
			end_piece(s, to);
			continue;
		}
		s->usage.answer++;
		s->now += bytes[i] == '^' ? 6000 : 0;
		size_t room = strlen(s->part[lane]);
		if (s->scene->apart && isalnum((unsigned char)bytes[i]) &&
		    strchr("LCBXE", bytes[i]) == NULL)
			s->part[lane][room % 15] = bytes[i];
		else if (strchr("$LCBXE>&", bytes[i]) != NULL)
			s->mark[lane] = bytes[i];
		else if (strchr("_^", bytes[i]) == NULL)
			buf_byte(to, bytes[i]);
	}
	return out->len > before && !s->scene->held ? FEED_SHOW : FEED_HOLD;
}

/* An answer of its own is complete. */
static void
keep_part(struct stage *s, int lane)
{
	s->complete++;
	buf_str(&s->text, s->part[lane]);
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	static const struct {
		char mark;
		struct closing closing;
	} endings[] = {{'$', {ATTEMPT_ANSWERED, OUTCOME_COMPLETE}},
	    {'L', {ATTEMPT_ANSWERED, OUTCOME_LENGTH}},
	    {'C', {ATTEMPT_ANSWERED, OUTCOME_COMPLETE, .if_complete = true}},
	    {'>', {ATTEMPT_ANSWERED, OUTCOME_COMPLETE, .again = true}},
	    {'&', {ATTEMPT_ANSWERED, OUTCOME_COMPLETE, .next = true}},
	    {'B', {ATTEMPT_BLOCKED, OUTCOME_BLOCKED}},
	    {'X', {ATTEMPT_BLOCKED, OUTCOME_BLOCKED, .as_error = true}},
	    {'E', {.end = ATTEMPT_EMPTY}}};
	struct stage *s = ctx;
	if (out->len == 0)
		s->n_pieces = 0;
	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		if (endings[i].mark != s->mark[lane])
			continue;
		struct closing closing = endings[i].closing;
		s->mark[lane] = '\0';
		if (s->scene->apart && closing.end == ATTEMPT_ANSWERED)
			keep_part(s, lane);
		if (s->scene->apart && s->complete < s->scene->lanes)
			last = false;
		if (closing.end == ATTEMPT_EMPTY)
			closing.reason = s->scene->reason;
		else if (closing.next)
			s->kept = s->text.len;
		else if (s->scene->whole && last && !closing.again)
			buf_add(out, s->text.data, s->text.len);
		else if (last && !closing.again)
			buf_str(out, ".");
		return closing;
	}
	/* What is left to show of an answer that was cut. */
	buf_str(out, "REST");
	return (struct closing){.end = ATTEMPT_CUT};
}

static void
restart(void *ctx)
{
	struct stage *s = ctx;
	if (!s->scene->apart && s->text.len > s->kept)
		s->text.len = s->kept;
	memset(s->part, 0, sizeof(s->part));
	memset(s->mark, 0, sizeof(s->mark));
	usage_add(&s->lost, &s->usage);
	s->usage = (struct usage){0};
}

static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	struct stage *s = ctx;
	if (!s->scene->mute)
		buf_fmt(out, "error:%s", scripted_fault_name(error->fault));
	return !s->scene->mute;
}

static bool
repair(void *ctx, const char *message)
{
	struct stage *s = ctx;
	(void)message;
	if (s->mended >= s->scene->mends)
		return false;
	s->mended++;
	buf_str(&s->record->log, " mend");
	return true;
}

static bool
admit(void *ctx, struct api_error *error)
{
	const struct stage *s = ctx;
	return !s->scene->refused ||
	    api_error_set(error, FAULT_MODEL_NOT_FOUND, "model", "no");
}

static bool
rescue(void *ctx, const struct api_error *error, struct buf *out)
{
	struct stage *s = ctx;
	if (s->scene->apart && s->complete > 0) {
		buf_join(out, &s->text);
		return true;
	}
	if (s->scene->rescue == NULL ||
	    outcome_of_fault(error->fault) == OUTCOME_UNAUTHORIZED)
		return false;
	buf_str(out, s->scene->rescue);
	return true;
}

static const struct usage *
usage(void *ctx)
{
	return &((struct stage *)ctx)->usage;
}

const struct relay_task scripted_task = {
    .lanes = lanes,
    .leased = leased,
    .repair = repair,
    .admit = admit,
    .head = head,
    .feed = feed,
    .close = close_answer,
    .marks = marks,
    .restart = restart,
    .rescue = rescue,
    .fail = fail,
    .usage = usage,
};
