/*
 * Keeping what requests that fail had sent (ERROR_LOG_RECORD_REQUEST_BODY):
 * shortened, with what looks like a secret blacked out, sealed with the master
 * key. Nothing is done while that is off.
 */
#ifndef KEYWHEEL_GATEWAY_BODY_RECORD_H
#define KEYWHEEL_GATEWAY_BODY_RECORD_H

#include <stddef.h>

#include "base/buf.h"
#include "gateway/outcome.h"

struct account;
struct service;

/* So much of it is kept. */
#define BODY_RECORD_MAX ((size_t)64 * 1024)

/* A body has come: note what would be kept of it. */
void body_record_note(struct service *s, const struct buf *body);

/* The request has ended: what is to be kept goes into sealed, and into the
 * account. other: what went to Gemini, for want of what had come; or NULL. */
void body_record_end(struct service *s, enum outcome outcome, const char *other,
    size_t other_len, struct buf *sealed, struct account *account);

/* Forget what was noted. */
void body_record_clear(struct service *s);

#endif
