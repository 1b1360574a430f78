/*
 * Gemini's stream into a chat answer: the same bytes however it is cut, each
 * chunk JSON, each choice opened by its role and finished once. The first
 * three bytes say what the client asked for, the fourth how it is cut.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "fuzz.h"
#include "protocol/chat_answer.h"
#include "protocol/json_array.h"
#include "protocol/sse.h"
#include "protocol/surrogate.h"

#define EVENT_MAX ((size_t)1024 * 1024)

struct play {
	struct chat_request req;
	struct chat_answer *answer;
	struct buf out;
	bool ok;
};

static bool
take_event(void *ctx, const char *text, size_t len)
{
	struct play *p = ctx;
	struct json_object *event = surrogate_parse(text, len, NULL);
	/* Errors are not for the answer: the relay takes them. */
	p->ok = event != NULL && json_get(event, "error") == NULL &&
	    chat_answer_feed(p->answer, event, &p->out);
	FUZZ_CHECK(buf_ok(&p->out));
	json_object_put(event);
	return p->ok;
}

static void
feed(struct play *p, struct fuzz_input in, bool array, uint32_t seed)
{
	struct fuzz_cuts cuts = {seed};
	struct sse_parser sse;
	struct json_array json;
	sse_init(&sse, EVENT_MAX);
	json_array_init(&json, EVENT_MAX);
	while (in.len > 0 && p->ok) {
		size_t n = fuzz_cut(&cuts, in.len);
		char *piece = fuzz_copy(in.p, n);
		p->ok = array ? json_array_feed(&json, piece, n, take_event, p)
			      : sse_feed(&sse, piece, n, take_event, p);
		free(piece);
		in.p += n;
		in.len -= n;
	}
	p->ok = p->ok &&
	    (array ? json_array_ended(&json) : sse_end(&sse, take_event, p));
	sse_clear(&sse);
	json_array_clear(&json);
}

/* --- what goes to the client --------------------------------------------- */

struct stream {
	bool opened[GEMINI_MAX_CHOICES], finished[GEMINI_MAX_CHOICES];
	bool done;
};

static void
check_choice(struct stream *s, struct json_object *choice)
{
	int64_t i = json_get_int(choice, "index", -1);
	FUZZ_CHECK(i >= 0 && i < GEMINI_MAX_CHOICES && !s->finished[i]);
	if (json_get_text(json_get(choice, "delta"), "role") != NULL) {
		FUZZ_CHECK(!s->opened[i]);
		s->opened[i] = true;
	}
	FUZZ_CHECK(s->opened[i]);
	s->finished[i] = json_get_text(choice, "finish_reason") != NULL;
}

static void
check_chunk(struct stream *s, const char *text, size_t len)
{
	FUZZ_CHECK(!s->done);
	if (len == 6 && memcmp(text, "[DONE]", 6) == 0) {
		s->done = true;
		return;
	}
	struct json_object *o = fuzz_parse(text, len);
	FUZZ_CHECK(json_object_is_type(o, json_type_object));
	struct json_object *choices = json_get(o, "choices");
	FUZZ_CHECK(choices != NULL || json_get(o, "error") != NULL);
	for (size_t i = 0; i < json_count(choices); i++)
		check_choice(s, json_at(choices, i));
	json_object_put(o);
}

static void
check_stream(const struct buf *out, bool complete)
{
	static const char begin[] = "data: ";
	struct stream s = {0};
	const char *p = buf_cstr(out), *end = p + out->len;
	while (p < end) {
		const char *stop = memmem(p, (size_t)(end - p), "\n\n", 2);
		FUZZ_CHECK(stop != NULL);
		FUZZ_CHECK(memcmp(p, begin, sizeof(begin) - 1) == 0);
		p += sizeof(begin) - 1;
		check_chunk(&s, p, (size_t)(stop - p));
		p = stop + 2;
	}
	FUZZ_CHECK(s.done == complete);
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++)
		FUZZ_CHECK(s.finished[i] == (complete && s.opened[i]));
}

static void
check_whole(const struct buf *out)
{
	struct json_object *o = fuzz_parse(buf_cstr(out), out->len);
	struct json_object *choices = json_get(o, "choices");
	FUZZ_CHECK(json_count(choices) > 0);
	for (size_t i = 0; i < json_count(choices); i++) {
		struct json_object *choice = json_at(choices, i);
		FUZZ_CHECK(json_get_text(choice, "finish_reason") != NULL);
		FUZZ_CHECK(json_get(choice, "message") != NULL);
		for (size_t k = 0; k < i; k++)
			FUZZ_CHECK(json_get_int(choice, "index", -1) !=
			    json_get_int(json_at(choices, k), "index", -1));
	}
	FUZZ_CHECK(json_get(o, "usage") != NULL);
	json_object_put(o);
}

/* --- the whole ------------------------------------------------------------ */

static void
finish(struct play *p)
{
	enum answer_state state =
	    gemini_reader_state(chat_answer_reader(p->answer), true);
	bool complete =
	    p->ok && (state == ANSWER_COMPLETE || state == ANSWER_BLOCKED);
	if (!p->req.stream)
		FUZZ_CHECK(p->out.len == 0);
	if (complete) {
		chat_answer_finish(p->answer, &p->out);
	} else if (p->req.stream) {
		struct api_error error = {.fault = FAULT_UPSTREAM};
		chat_answer_fail(&error, &p->out);
	}
	FUZZ_CHECK(buf_ok(&p->out));
	if (p->req.stream)
		check_stream(&p->out, complete);
	else if (complete)
		check_whole(&p->out);
}

static void
play(struct play *p, struct fuzz_input in, uint32_t flags, uint32_t seed)
{
	static const struct chat_stamp stamp = {
	    .id = "chatcmpl-1", .created_s = 1, .seed = 7};
	static char model[] = "gemini-3.8-flash";
	*p = (struct play){.ok = true};
	p->req = (struct chat_request){
	    .asked_model = model,
	    .stream = (flags & 1) != 0,
	    .include_usage = (flags & 2) != 0,
	    .legacy_functions = (flags & 4) != 0,
	    .single_call = (flags & 8) != 0,
	    .json_wanted = (flags & 16) != 0,
	    .n = 1,
	};
	p->answer = chat_answer_new(&p->req, &stamp);
	buf_init(&p->out, BUF_LARGE);
	feed(p, in, (flags & 32) != 0, seed);
	finish(p);
	chat_answer_free(p->answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	uint32_t flags = fuzz_flags(&in);
	uint32_t seed = fuzz_byte(&in) + 1u;
	struct play whole, cut;
	play(&whole, in, flags, 0);
	play(&cut, in, flags, seed);
	FUZZ_CHECK(fuzz_same(&whole.out, &cut.out));
	buf_clear(&whole.out);
	buf_clear(&cut.out);
	return 0;
}
