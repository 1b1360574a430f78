/*
 * Telling a receiver of an alarm: one POST. The receivers are those of the
 * setting ALERT_WEBHOOKS, each with an id: the keyed hash of its element.
 */
#ifndef KEYWHEEL_GATEWAY_ALERT_SEND_H
#define KEYWHEEL_GATEWAY_ALERT_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alert_receiver.h"
#include "base/attr.h"
#include "base/buf.h"
#include "protocol/alert.h"

struct json_object;
struct master_key;
struct settings;

struct alert_target {
	char id[33];
	struct alert_receiver is;
};

struct alert_targets {
	size_t n;
	struct alert_target *rows;
};

/* Each receiver once; an element that is not legal is left out. Clear them. */
void alert_targets_load(struct alert_targets *targets,
    const struct settings *settings, const struct master_key *master);
void alert_targets_clear(struct alert_targets *targets);

/* The one of that id, or NULL. */
const struct alert_target *alert_targets_find(
    const struct alert_targets *targets, const char *id);

/* [{"id", "name"}]; the caller owns it. */
struct json_object *alert_targets_json(const struct alert_targets *targets);

/* What this gateway is called: GATEWAY_NAME, or a host. */
void alert_write_gateway(const struct settings *settings, struct buf *out);

enum alert_end {
	ALERT_SENT,
	ALERT_FAILED,
	ALERT_STOPPED, /* stop() said so: it may have been sent or not */
};

/* Send it, within ten seconds. stop (NULL: nobody) is asked at least once a
 * second; true ends it. If it failed, why gets a line that holds no secret, and
 * *retry_after_s what the receiver asks for, 0 for nothing. */
MUSTCHECK enum alert_end alert_send(const struct alert_receiver *receiver,
    const struct alert *alert, bool (*stop)(void *ctx), void *ctx,
    int64_t *retry_after_s, struct buf *why);

/* Send a test message; true if it was taken. */
MUSTCHECK bool alert_send_test(const struct alert_receiver *receiver,
    const struct settings *settings, struct buf *why);

#endif
