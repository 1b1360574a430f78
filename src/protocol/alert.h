/*
 * What is told of an alarm, in the forms that receivers take. Sources:
 *
 * Slack, incoming webhooks: docs.slack.dev/messaging/sending-messages-using-
 * incoming-webhooks (a POST of {"text"}; "ok" is the answer to one that was
 * taken, a word such as no_service says why not) and …/formatting-message-text
 * (&, < and > are escaped; else <!channel> and links are commands).
 *
 * Feishu, custom bots: open.feishu.cn/document/client-docs/bot-v3/
 * add-custom-bot ({"msg_type": "text", "content": {"text"}}; with signature
 * "timestamp" in seconds and "sign", which is the HMAC-SHA256 of nothing under
 * the key "TIMESTAMP\nSECRET", as base64; {"code": 0} if it was taken; <at …>
 * in the text is a command).
 *
 * Telegram, bots: core.telegram.org/bots/api#sendmessage ({"chat_id", "text"},
 * 4096 characters at most; without parse_mode the text is plain; {"ok": true},
 * or "description" and maybe "parameters": {"retry_after"}).
 */
#ifndef KEYWHEEL_PROTOCOL_ALERT_H
#define KEYWHEEL_PROTOCOL_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alert_receiver.h"
#include "base/attr.h"
#include "base/buf.h"

enum alert_state { ALERT_RAISED, ALERT_ENDED, ALERT_TEST };

/* Everything is borrowed; no secret is in it. */
struct alert {
	enum alert_state state;
	int64_t id; /* the alarm's number */
	const char *kind, *subject, *text;
	const char *since, *ended_at; /* RFC 3339, in UTC; NULL: not over */
	int64_t times;
	const char *gateway; /* what it is called */
	const char *link;    /* where our pages are, without a slash; or "" */
};

/* Append what a person reads: a headline, what is the matter, since when, what
 * to do, where to look. */
void alert_write_text(const struct alert *alert, struct buf *out);

/* Append the body of the POST, as JSON. now_s: seconds since the epoch. False
 * if this libcrypto cannot sign. */
MUSTCHECK bool alert_write_body(const struct alert *alert,
    const struct alert_receiver *receiver, int64_t now_s, struct buf *out);

/* Has the receiver taken it? If not, why gets a line, and *retry_after_s what
 * the body says of it, if it does. */
bool alert_read_answer(enum alert_form form, int status, const char *body,
    size_t len, int64_t *retry_after_s, struct buf *why);

#endif
