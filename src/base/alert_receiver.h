/*
 * Receivers of alerts, as the setting ALERT_WEBHOOKS lists them, one element
 * each: FORM URL [NAME=VALUE…], with blanks between. The URL and what follows
 * it are secrets: whoever knows them can write to the channel.
 *
 *   json URL [bearer=TOKEN]      our own object
 *   slack URL                    an incoming webhook, or what speaks like one
 *   feishu URL [secret=SECRET]   a custom bot, with or without signature
 *   telegram URL chat_id=ID      a bot:
 * https://api.telegram.org/bot…/sendMessage
 */
#ifndef KEYWHEEL_BASE_ALERT_RECEIVER_H
#define KEYWHEEL_BASE_ALERT_RECEIVER_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

enum alert_form { ALERT_JSON, ALERT_SLACK, ALERT_FEISHU, ALERT_TELEGRAM };

struct alert_receiver {
	enum alert_form form;
	char *url;
	char *word; /* the token, secret or chat; NULL: none */
	char *name; /* what may be shown: "slack https://hooks.slack.com/…" */
};

/* Read an element. False with the reason in *why, a static text that goes
 * behind "it" and quotes nothing. Clear it either way. */
MUSTCHECK bool alert_receiver_read(
    struct alert_receiver *r, const char *text, const char **why);
void alert_receiver_clear(struct alert_receiver *r);

/* Does the text quote what is secret of the receiver, the rest of its URL or a
 * long part of it, or the word? */
bool alert_receiver_is_quoted(const struct alert_receiver *r, const char *text);

#endif
