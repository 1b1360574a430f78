/* Is this body the answer to that request, and when did its events come? */
#include "answer.h"

#include <stdio.h>
#include <string.h>

#define BODY_MAX 65536

/* --- the request --------------------------------------------------------- */

/* How the two dialects are spoken: the path, the body around the text, the
 * header with the token. */
static const struct {
	const char *path[2]; /* whole, streamed; the second has the model */
	const char *before[2], *after;
	const char *credential;
	const char *text; /* the member with the text */
	const char *finish;
} dialects[] = {
    [DIALECT_OPENAI] = {{"/v1/chat/completions", "/v1/chat/completions"},
	{"{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"",
	    "{\"model\":\"%s\",\"stream\":true,"
	    "\"messages\":[{\"role\":\"user\",\"content\":\""},
	"\"}]}", "Authorization: Bearer %s\r\n",
	"\"content\":", "\"finish_reason\":\"stop\""},
    [DIALECT_GEMINI] = {{"/v1beta/models/%s:generateContent",
			    "/v1beta/models/%s:streamGenerateContent?alt=sse"},
	{"{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"",
	    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\""},
	"\"}]}]}", "x-goog-api-key: %s\r\n", "\"text\":", "\"finishReason\""},
};

/* A text with `value` in place of its %s, behind what is there. */
static void
put(char *out, size_t room, const char *text, const char *value)
{
	const char *hole = strstr(text, "%s");
	size_t len = strlen(out);
	int before = (int)(hole != NULL ? (size_t)(hole - text) : strlen(text));
	snprintf(out + len, room - len, "%.*s%s%s", before, text,
	    hole != NULL ? value : "", hole != NULL ? hole + 2 : "");
}

static void
write_marker(char *out, size_t room, unsigned number)
{
	snprintf(out, room, "bench-%08u;", number);
}

static void
write_body(const struct question *q, unsigned number, char *out, size_t room)
{
	static const char filler[] = " and so on, and so forth";
	char marker[32];
	int streamed = q->events > 0;
	write_marker(marker, sizeof(marker), number);
	*out = '\0';
	put(out, room, dialects[q->dialect].before[streamed], q->model);
	put(out, room, marker, "");
	size_t end = strlen(dialects[q->dialect].after);
	while (strlen(out) + sizeof(filler) + end < (size_t)q->bytes)
		put(out, room, filler, "");
	put(out, room, dialects[q->dialect].after, "");
}

size_t
answer_request(
    const struct question *q, unsigned number, char *out, size_t room)
{
	static char body[BODY_MAX];
	write_body(q, number, body, sizeof(body));

	*out = '\0';
	put(out, room, "POST ", "");
	put(out, room, dialects[q->dialect].path[q->events > 0], q->model);
	put(out, room, " HTTP/1.1\r\nHost: 127.0.0.1\r\n", "");
	put(out, room, dialects[q->dialect].credential, q->token);
	size_t len = strlen(out);
	int n = snprintf(out + len, room - len,
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    strlen(body), body);
	return n > 0 && (size_t)n < room - len ? len + (size_t)n : 0;
}

/* --- the answer ---------------------------------------------------------- */

void
answer_start(struct answer *a, const struct question *q, unsigned number,
    struct samples *gaps)
{
	a->question = q;
	a->gaps = gaps;
	write_marker(a->marker, sizeof(a->marker), number);
	a->text_len = a->line_len = 0;
	a->too_long = a->finished = a->done = false;
	a->events = 0;
	a->first_us = a->last_us = 0;
}

/* Keep as much of the text as there is room for; the rest is filler. */
static void
keep(struct answer *a, const char *bytes, size_t len)
{
	size_t room = sizeof(a->text) - 1 - a->text_len;
	size_t n = len < room ? len : room;
	memcpy(a->text + a->text_len, bytes, n);
	a->text_len += n;
}

/* An event with text counts, and its time is taken. */
static void
take_event(struct answer *a, const char *event, int64_t us)
{
	if (strstr(event, dialects[a->question->dialect].finish) != NULL)
		a->finished = true;
	const char *name = dialects[a->question->dialect].text;
	const char *text = strstr(event, name);
	if (text == NULL)
		return;
	text += strlen(name);
	text += strspn(text, " ");
	if (text[0] != '"' || text[1] == '"')
		return;
	keep(a, text + 1, strcspn(text + 1, "\""));
	if (a->events++ > 0)
		samples_add(a->gaps, us - a->last_us);
	a->last_us = us;
}

static void
take_line(struct answer *a, int64_t us)
{
	a->line[a->line_len] = '\0';
	if (strncmp(a->line, "data: ", 6) == 0) {
		if (strncmp(a->line + 6, "[DONE]", 6) == 0)
			a->done = true;
		else
			take_event(a, a->line + 6, us);
	}
	a->line_len = 0;
}

void
answer_feed(struct answer *a, const char *bytes, size_t len, int64_t us)
{
	if (a->first_us == 0 && len > 0)
		a->first_us = us;
	if (a->question->events == 0) {
		keep(a, bytes, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			take_line(a, us);
		else if (a->line_len < sizeof(a->line) - 1)
			a->line[a->line_len++] = bytes[i];
		else
			a->too_long = true;
	}
}

const char *
answer_verdict(const struct answer *a)
{
	const struct question *q = a->question;
	if (memmem(a->text, a->text_len, a->marker, strlen(a->marker)) == NULL)
		return "text";
	if (q->events == 0)
		return NULL;
	if (a->too_long || a->events != q->events)
		return "events";
	if (!a->finished || (q->dialect == DIALECT_OPENAI && !a->done))
		return "end";
	return NULL;
}
