/*
 * bench_translate: what translating costs, without network and database.
 * Prints lines of `name value`: nanoseconds for a request and for an event of
 * an answer, both of about 1 kB; microseconds and kilobytes of memory for a
 * request of 20 MB that holds a picture.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "protocol/chat_answer.h"
#include "protocol/chat_request.h"
#include "protocol/surrogate.h"

#define SMALL_BYTES 1000
#define PICTURE_BYTES ((size_t)20 * 1024 * 1024)

/* A stage goes on for so long; of so many stages the best counts. */
#define STAGE_NS 100000000
#define STAGES 5

typedef void job_fn(const struct buf *text, struct buf *out);

static int64_t
now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
check(bool ok)
{
	if (ok)
		return;
	fputs("bench_translate: a translation failed\n", stderr);
	exit(1);
}

/* --- the work ------------------------------------------------------------ */

static struct json_object *
parse(const struct buf *text)
{
	struct api_error error = {0};
	struct json_object *body =
	    chat_body_parse(text->data, text->len, &error);
	check(body != NULL);
	return body;
}

/* A client's body to Gemini's; takes it over. */
static void
translate(struct json_object *body, struct buf *out)
{
	const struct chat_policy policy = {.show_thoughts = true};
	struct api_error error = {0};
	struct chat_request request;
	check(chat_request_read(&request, body, &policy, &error));
	json_write(out, request.gemini);
	check(buf_ok(out));
	chat_request_clear(&request);
	json_object_put(body);
}

static void
translate_request(const struct buf *text, struct buf *out)
{
	translate(parse(text), out);
}

static struct chat_answer *answer;

/* An event of Gemini's to a chunk. */
static void
translate_event(const struct buf *text, struct buf *out)
{
	struct json_object *event =
	    surrogate_parse(text->data, text->len, NULL);
	check(event != NULL && chat_answer_feed(answer, event, out));
	json_object_put(event);
}

/* --- the texts ----------------------------------------------------------- */

static void
fill(struct buf *text, const char *before, const char *with, size_t size,
    const char *after)
{
	buf_init(text, BUF_LARGE);
	buf_str(text, before);
	while (text->len + strlen(after) < size)
		buf_str(text, with);
	buf_str(text, after);
	check(buf_ok(text));
}

static void
make_request(struct buf *text)
{
	fill(text,
	    "{\"model\":\"gemini-2.5-flash\",\"stream\":true,"
	    "\"temperature\":0.7,\"messages\":[{\"role\":\"system\","
	    "\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"",
	    "lorem ipsum ", SMALL_BYTES, "\"}]}");
}

static void
make_event(struct buf *text)
{
	fill(text,
	    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{"
	    "\"text\":\"",
	    "lorem ipsum ", SMALL_BYTES,
	    "\"}]},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,"
	    "\"candidatesTokenCount\":250,\"totalTokenCount\":259},"
	    "\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"x\"}");
}

static void
make_picture(struct buf *text)
{
	fill(text,
	    "{\"model\":\"gemini-2.5-flash\",\"messages\":[{\"role\":\"user\","
	    "\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
	    "\"data:image/png;base64,iVBORw0KGgoA",
	    "lorem+ip", PICTURE_BYTES, "\"}}]}]}");
}

/* --- measuring ----------------------------------------------------------- */

/* Nanoseconds of one time, on average over the best stage. */
static int64_t
measure(job_fn *job, const struct buf *text)
{
	int64_t best = INT64_MAX;
	struct buf out;
	buf_init(&out, BUF_LARGE);
	for (int stage = 0; stage < STAGES; stage++) {
		int64_t begun = now_ns(), took = 0, n = 0;
		for (; took < STAGE_NS; n++) {
			buf_reset(&out);
			job(text, &out);
			took = now_ns() - begun;
		}
		if (took / n < best)
			best = took / n;
	}
	buf_clear(&out);
	return best;
}

/* The most memory that the picture takes, its own text included, which is
 * given up as early as the gateway does it: in a process of its own. */
static long
measure_memory(void)
{
	struct rusage usage = {0};
	pid_t pid = fork();
	check(pid >= 0);
	if (pid == 0) {
		struct buf text, out;
		make_picture(&text);
		buf_init(&out, BUF_LARGE);
		struct json_object *body = parse(&text);
		buf_clear(&text);
		translate(body, &out);
		_exit(0);
	}
	int status = -1;
	check(wait4(pid, &status, 0, &usage) == pid && status == 0);
	return usage.ru_maxrss;
}

int
main(void)
{
	char model[] = "gemini-2.5-flash";
	const struct chat_request request = {
	    .asked_model = model, .stream = true, .n = 1};
	const struct chat_stamp stamp = {.id = "chatcmpl-bench"};
	struct buf small, event, picture;

	/* First, while this process itself is small. */
	long kb = measure_memory();
	make_request(&small);
	make_event(&event);
	make_picture(&picture);
	answer = chat_answer_new(&request, &stamp);
	check(answer != NULL);
	printf(
	    "request_ns %lld\n", (long long)measure(translate_request, &small));
	printf("event_ns %lld\n", (long long)measure(translate_event, &event));
	printf("picture_us %lld\n",
	    (long long)measure(translate_request, &picture) / 1000);
	printf("picture_kb %ld\n", kb);
	chat_answer_free(answer);
	buf_clear(&small);
	buf_clear(&event);
	buf_clear(&picture);
	return 0;
}
