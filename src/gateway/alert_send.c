/* Sending alerts. */
#include "gateway/alert_send.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "base/url.h"
#include "upstream/webhook.h"

#define LIMIT_MS 10000
#define ID_BYTES 16

/* --- the receivers ------------------------------------------------------- */

static void
add(struct alert_targets *targets, const char *text,
    const struct master_key *master)
{
	struct alert_target *t = &targets->rows[targets->n];
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf id;
	const char *why;
	crypt_hash(master, text, strlen(text), hash);
	buf_init(&id, BUF_SMALL);
	text_hex(&id, hash, ID_BYTES);
	if (alert_targets_find(targets, buf_cstr(&id)) == NULL &&
	    alert_receiver_read(&t->is, text, &why)) {
		memcpy(t->id, buf_cstr(&id), sizeof(t->id));
		targets->n++;
	} else
		alert_receiver_clear(&t->is);
	buf_clear(&id);
}

void
alert_targets_load(struct alert_targets *targets,
    const struct settings *settings, const struct master_key *master)
{
	struct json_object *list =
	    settings_json(settings, SETTING_ID_ALERT_WEBHOOKS);
	size_t count = json_count(list);
	*targets = (struct alert_targets){
	    .rows = calloc(count + 1, sizeof(*targets->rows))};
	if (targets->rows == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		add(targets, json_object_get_string(json_at(list, i)), master);
}

void
alert_targets_clear(struct alert_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++)
		alert_receiver_clear(&targets->rows[i].is);
	free(targets->rows);
	*targets = (struct alert_targets){0};
}

const struct alert_target *
alert_targets_find(const struct alert_targets *targets, const char *id)
{
	for (size_t i = 0; i < targets->n; i++)
		if (text_same(targets->rows[i].id, id))
			return &targets->rows[i];
	return NULL;
}

struct json_object *
alert_targets_json(const struct alert_targets *targets)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < targets->n; i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "id", targets->rows[i].id);
		json_set_text(o, "name", targets->rows[i].is.name);
		json_object_array_add(list, o);
	}
	return list;
}

/* --- sending ------------------------------------------------------------- */

void
alert_write_gateway(const struct settings *settings, struct buf *out)
{
	const char *name = settings_text(settings, SETTING_ID_GATEWAY_NAME);
	struct url url;
	char host[256] = "";
	if (*name != '\0') {
		buf_str(out, name);
	} else if (url_split(
		       settings_text(settings, SETTING_ID_PUBLIC_URL), &url)) {
		buf_add(out, url.host, url.host_len);
	} else {
		gethostname(host, sizeof(host) - 1);
		buf_str(out, host);
	}
}

/* Answers are others' words: one that says back what is secret is not
 * told. */
static void
tell(const struct alert_receiver *receiver, const struct buf *words,
    struct buf *why)
{
	if (alert_receiver_is_quoted(receiver, buf_cstr(words)))
		buf_str(why, "it answered with what it was asked by");
	else
		buf_join(why, words);
}

static enum alert_end
judge(const struct alert_receiver *receiver, enum webhook_end end,
    const struct webhook_answer *answer, int64_t *retry_after_s,
    struct buf *why)
{
	*retry_after_s = answer->retry_after_s;
	if (end == WEBHOOK_STOPPED)
		return ALERT_STOPPED;
	bool ok = end == WEBHOOK_ANSWERED &&
	    alert_read_answer(receiver->form, answer->status,
		buf_cstr(&answer->body), answer->body.len, retry_after_s, why);
	if (*retry_after_s < 0)
		*retry_after_s = 0;
	return ok ? ALERT_SENT : ALERT_FAILED;
}

enum alert_end
alert_send(const struct alert_receiver *receiver, const struct alert *alert,
    bool (*stop)(void *ctx), void *ctx, int64_t *retry_after_s, struct buf *why)
{
	struct webhook_answer answer;
	struct buf body, words;
	*retry_after_s = 0;
	buf_init(&body, BUF_SMALL);
	buf_init(&words, BUF_SMALL);
	if (!alert_write_body(alert, receiver, clock_wall_ms() / 1000, &body)) {
		buf_str(why, "this message cannot be written or signed");
		buf_clear(&body);
		return ALERT_FAILED;
	}
	const struct webhook webhook = {
	    .url = receiver->url,
	    .bearer = receiver->form == ALERT_JSON ? receiver->word : NULL,
	    .body = buf_cstr(&body),
	    .len = body.len,
	    .total_ms = LIMIT_MS,
	    .stop = stop,
	    .ctx = ctx,
	};
	enum webhook_end end = webhook_run(&webhook, &answer, &words);
	enum alert_end result =
	    judge(receiver, end, &answer, retry_after_s, &words);
	if (result == ALERT_FAILED)
		tell(receiver, &words, why);
	buf_clear(&answer.body);
	buf_clear(&body);
	buf_clear(&words);
	return result;
}

/* Now, as RFC 3339 has it. */
static void
write_now(char *text, size_t size)
{
	struct tm tm;
	time_t now = (time_t)(clock_wall_ms() / 1000);
	gmtime_r(&now, &tm);
	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

bool
alert_send_test(const struct alert_receiver *receiver,
    const struct settings *settings, struct buf *why)
{
	char since[32];
	int64_t retry_after_s;
	struct buf gateway;
	buf_init(&gateway, BUF_SMALL);
	alert_write_gateway(settings, &gateway);
	write_now(since, sizeof(since));
	const struct alert alert = {
	    .state = ALERT_TEST,
	    .kind = "test",
	    .subject = "*",
	    .text = "This is a test: nothing is the matter.",
	    .since = since,
	    .times = 1,
	    .gateway = buf_cstr(&gateway),
	    .link = settings_text(settings, SETTING_ID_PUBLIC_URL),
	};
	bool ok = alert_send(receiver, &alert, NULL, NULL, &retry_after_s,
		      why) == ALERT_SENT;
	buf_clear(&gateway);
	return ok;
}
