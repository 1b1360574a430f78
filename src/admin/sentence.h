/*
 * Sentences that pages and the command line share: a message of ours with
 * values in it, {"say": message, "values": {…}}. $name in the message is the
 * value of that name: a text or a number as it is, {"say": message} another
 * message, {"time": utc} a time.
 */
#ifndef KEYWHEEL_ADMIN_SENTENCE_H
#define KEYWHEEL_ADMIN_SENTENCE_H

#include <stdint.h>

#include "base/buf.h"

struct json_object;
struct template_reader;

/* A sentence without values yet; the caller owns it. */
struct json_object *sentence_new(const char *message);

/* Set a value of it. NULL texts are empty. */
void sentence_set(struct json_object *s, const char *name, const char *text);
void sentence_set_number(struct json_object *s, const char *name, int64_t n);
void sentence_set_message(
    struct json_object *s, const char *name, const char *message);
void sentence_set_time(
    struct json_object *s, const char *name, const char *utc);

/* Append it as plain text for that reader; NULL: in English, with times in
 * UTC. What looks like a secret is blacked out. */
void sentence_write(struct json_object *s, const struct template_reader *reader,
    struct buf *out);

/* An array of them as one text, which the caller owns. */
struct json_object *sentences_text(
    struct json_object *sentences, const struct template_reader *reader);

#endif
