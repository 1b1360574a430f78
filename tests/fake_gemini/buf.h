/* Growing byte buffers, and spans: borrowed runs of bytes without a NUL. */
#ifndef FAKE_BUF_H
#define FAKE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *at; /* NULL until the first write, then NUL-terminated */
	size_t len;
	size_t room;
};

struct span {
	const char *at;
	size_t len;
};

/*
 * All of struct buf zero is an empty buffer.
 *
 * buf_clear(b): free the memory.      buf_empty(b): forget, keep the memory.
 * buf_reserve(b, n): room for n more bytes behind len.
 * buf_drop(b, n): remove the first n bytes.
 * buf_str(b): the bytes as a C string, never NULL.
 * buf_add(b, bytes, n), buf_text(b, string), buf_printf(b, format...): append.
 * buf_decimal(b, n): append a number that is not negative; much faster.
 * buf_json(b, bytes, n): append as a quoted JSON string.  Bytes that are not
 *   UTF-8 become U+FFFD; < > & ' are escaped, as Google does.
 */
void buf_clear(struct buf *);
void buf_empty(struct buf *);
void buf_reserve(struct buf *, size_t);
void buf_drop(struct buf *, size_t);
const char *buf_str(const struct buf *);
void buf_add(struct buf *, const void *, size_t);
void buf_text(struct buf *, const char *);
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void buf_decimal(struct buf *, long long);
void buf_json(struct buf *, const char *, size_t);

/*
 * buf_span(b): all of b, valid until b changes.
 * buf_is(span, text): equal; buf_is_nocase: equal but for ASCII case.
 * buf_number(span, most, number): a decimal number of 0..most; false if it is
 *   anything else.
 */
struct span buf_span(const struct buf *);
bool buf_is(struct span, const char *);
bool buf_is_nocase(struct span, const char *);
bool buf_number(struct span, long long, long long *);

#endif
