/* embedContent and batchEmbedContents. */
#ifndef FAKE_EMBED_H
#define FAKE_EMBED_H

#include <stddef.h>

#include "buf.h"

struct json_tokener;

/*
 * embed_write(batch, model, tokener, body, out, n, why): the vectors that are
 *   asked for.  False if Google would not take it: why has the message of the
 *   400.  n: how many requests were in it, each of which counts.
 */
bool embed_write(bool, const char *, struct json_tokener *, struct span,
    struct buf *, size_t *, struct buf *);

#endif
