/* Alerts in the forms of their receivers. */
#include <stdio.h>
#include <string.h>

#include "base/alert_kind.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/alert.h"

#define FORM_VERSION 1
#define MAX_WHY 200

/* --- what is sent -------------------------------------------------------- */

static const char *const states[] = {
    [ALERT_RAISED] = "raised", [ALERT_ENDED] = "ended", [ALERT_TEST] = "test"};

static void
fill_json(const struct alert *a, struct json_object *o)
{
	const struct alert_kind *kind = alert_kind_find(a->kind);
	json_set_int(o, "version", FORM_VERSION);
	json_set_int(o, "id", a->id);
	json_set_text(o, "kind", a->kind);
	json_set_text(o, "subject", a->subject);
	json_set_text(o, "state", states[a->state]);
	json_set_text(o, "text", a->text);
	json_set_text(o, "since", a->since);
	json_set_text(o, "ended_at", a->ended_at);
	json_set_int(o, "times", a->times);
	json_set_text(o, "gateway", a->gateway);
	json_set_text(o, "advice", kind == NULL ? NULL : kind->todo);
	if (*a->link != '\0') {
		struct buf url;
		buf_init(&url, BUF_SMALL);
		buf_fmt(&url, "%s%s", a->link, kind == NULL ? "/" : kind->href);
		json_set_text(o, "url", buf_cstr(&url));
		buf_clear(&url);
	}
}

/* Nothing in a text is a command: a name that clients see may say <!channel>.
 */
static void
fill_slack(const char *text, struct json_object *o)
{
	struct buf escaped;
	buf_init(&escaped, BUF_SMALL);
	for (; *text != '\0'; text++) {
		if (*text == '&')
			buf_str(&escaped, "&amp;");
		else if (*text == '<')
			buf_str(&escaped, "&lt;");
		else if (*text == '>')
			buf_str(&escaped, "&gt;");
		else
			buf_byte(&escaped, *text);
	}
	json_set_text(o, "text", buf_cstr(&escaped));
	json_set_bool(o, "mrkdwn", false);
	json_set_bool(o, "unfurl_links", false);
	buf_clear(&escaped);
}

static bool
sign(const char *secret, int64_t now_s, struct json_object *o)
{
	char timestamp[24];
	struct buf key, mac;
	buf_init(&key, BUF_SMALL);
	buf_init(&mac, BUF_SMALL);
	snprintf(timestamp, sizeof(timestamp), "%lld", (long long)now_s);
	buf_fmt(&key, "%s\n%s", timestamp, secret);
	bool ok = digest_hmac_sha256(&mac, buf_cstr(&key), "", 0);
	json_set_text(o, "timestamp", timestamp);
	json_set_text(o, "sign", buf_cstr(&mac));
	buf_clear(&key);
	buf_clear(&mac);
	return ok;
}

static bool
fill_feishu(
    const char *text, const char *secret, int64_t now_s, struct json_object *o)
{
	struct json_object *content = json_object_new_object();
	struct buf plain;
	buf_init(&plain, BUF_SMALL);
	/* There is no escape for it. */
	for (; *text != '\0'; text++)
		if (*text == '<')
			buf_str(&plain, "＜");
		else
			buf_byte(&plain, *text);
	bool ok = secret == NULL || sign(secret, now_s, o);
	json_set_text(content, "text", buf_cstr(&plain));
	json_set_text(o, "msg_type", "text");
	json_set(o, "content", content);
	buf_clear(&plain);
	return ok;
}

static void
fill_telegram(const char *text, const char *chat, struct json_object *o)
{
	struct json_object *preview = json_object_new_object();
	json_set_bool(preview, "is_disabled", true);
	json_set_text(o, "chat_id", chat);
	json_set_text(o, "text", text);
	json_set(o, "link_preview_options", preview);
}

bool
alert_write_body(const struct alert *alert,
    const struct alert_receiver *receiver, int64_t now_s, struct buf *out)
{
	struct json_object *o = json_object_new_object();
	struct buf text;
	bool ok = true;
	buf_init(&text, BUF_SMALL);
	alert_write_text(alert, &text);
	switch (receiver->form) {
	case ALERT_JSON:
		fill_json(alert, o);
		break;
	case ALERT_SLACK:
		fill_slack(buf_cstr(&text), o);
		break;
	case ALERT_FEISHU:
		ok = fill_feishu(buf_cstr(&text), receiver->word, now_s, o);
		break;
	case ALERT_TELEGRAM:
		fill_telegram(buf_cstr(&text), receiver->word, o);
		break;
	}
	json_write(out, o);
	json_object_put(o);
	buf_clear(&text);
	return ok && buf_ok(out);
}

/* --- what comes back ----------------------------------------------------- */

static void
add_words(struct buf *why, const char *words)
{
	struct buf plain;
	buf_init(&plain, BUF_SMALL);
	text_redact(&plain, words, text_cut(words, MAX_WHY));
	if (plain.len > 0)
		buf_fmt(why, ": %s", buf_cstr(&plain));
	buf_clear(&plain);
}

/* "ok", or why not in a word. */
static bool
read_slack(const char *body, size_t len, struct buf *why)
{
	while (len > 0 && (body[len - 1] == '\n' || body[len - 1] == '\r'))
		len--;
	if (len == 2 && memcmp(body, "ok", 2) == 0)
		return true;
	struct buf word;
	buf_init(&word, BUF_SMALL);
	buf_add(&word, body, len < MAX_WHY ? len : MAX_WHY);
	const char *text = buf_cstr(&word);
	if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz_")] == '\0')
		add_words(why, text);
	buf_clear(&word);
	return false;
}

static bool
read_feishu(struct json_object *answer, struct buf *why)
{
	const char *words = json_get_text(answer, "msg");
	int64_t code = json_get_int(answer, "code", -1);
	if (code > 0)
		buf_fmt(why, ", code %lld", (long long)code);
	if (code != 0 && words != NULL)
		add_words(why, words);
	return code == 0;
}

static bool
read_telegram(
    struct json_object *answer, int64_t *retry_after_s, struct buf *why)
{
	const char *words = json_get_text(answer, "description");
	if (json_get_bool(answer, "ok"))
		return true;
	if (words != NULL)
		add_words(why, words);
	*retry_after_s = json_get_int(
	    json_get(answer, "parameters"), "retry_after", *retry_after_s);
	return false;
}

bool
alert_read_answer(enum alert_form form, int status, const char *body,
    size_t len, int64_t *retry_after_s, struct buf *why)
{
	bool taken = status >= 200 && status < 300, ok = taken;
	struct buf words;
	buf_init(&words, BUF_SMALL);
	struct json_object *answer =
	    form == ALERT_FEISHU || form == ALERT_TELEGRAM
	    ? json_parse(body, len, NULL)
	    : NULL;
	if (form == ALERT_SLACK)
		ok = read_slack(body, len, &words) && taken;
	else if (form == ALERT_FEISHU)
		ok = read_feishu(answer, &words) && taken;
	else if (form == ALERT_TELEGRAM)
		ok = read_telegram(answer, retry_after_s, &words) && taken;
	if (!ok)
		buf_fmt(why, "%s %d%s",
		    taken ? "it did not take it: status" : "status", status,
		    buf_cstr(&words));
	buf_clear(&words);
	json_object_put(answer);
	return ok;
}
