/*
 * A growing byte buffer with a ceiling and a sticky error: write everything,
 * ask buf_ok() once. The bytes are always followed by a NUL that is not
 * counted, so text may be handed to C functions as it is.
 */
#ifndef KEYWHEEL_BASE_BUF_H
#define KEYWHEEL_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Buffers that hold one message of our own making never need more. */
#define BUF_SMALL ((size_t)64 * 1024)
#define BUF_LARGE ((size_t)512 * 1024 * 1024)

struct buf {
	char *data;  /* NULL until the first byte */
	size_t len;  /* bytes in use, without the NUL; 0 once failed */
	size_t cap;  /* bytes allocated */
	size_t max;  /* ceiling for len */
	bool failed; /* sticky: the ceiling was hit or memory ran out */
};

/* Start an empty buffer that may hold at most max bytes. */
void buf_init(struct buf *b, size_t max);

/* Free the bytes; the buffer stays usable and its error is forgotten. */
void buf_clear(struct buf *b);

/* Empty it for the next use, keeping at most BUF_SMALL bytes of memory. */
void buf_reset(struct buf *b);

/* True if every write so far found room. */
bool buf_ok(const struct buf *b);

/* The text; "" for a buffer that is empty or failed. Valid until the next
 * call on b. */
const char *buf_cstr(const struct buf *b);

/* Let it fail: what it is for cannot be complete. */
void buf_fail(struct buf *b);

/* Append. After a failure these do nothing. */
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, const char *text);
void buf_byte(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Append what another buffer holds; if that one has failed, so does this. */
void buf_join(struct buf *b, const struct buf *other);

/* Drop the first n bytes (all of them if n is larger than the content). */
void buf_drop(struct buf *b, size_t n);

/* Keep only len bytes from the offset at on, which lie inside, and no more
 * memory than they need. */
void buf_keep(struct buf *b, size_t at, size_t len);

/* Put bytes in front of all that is there. */
void buf_prepend(struct buf *b, const void *bytes, size_t len);

/* Append what another buffer holds, which is empty afterwards. If there is
 * nothing yet, the memory is taken over, and nothing is copied. */
void buf_move(struct buf *b, struct buf *other);

/* Hand the bytes over: the caller frees them. NULL if the buffer failed;
 * a buffer that holds nothing gives "". The buffer is empty afterwards. */
char *buf_take(struct buf *b);

#endif
