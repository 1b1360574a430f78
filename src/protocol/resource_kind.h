/*
 * Names of what a project holds at Google: `files/abc`,
 * `cachedContents/x`, `models/m/operations/y` (contract section 6.2). Only
 * keys of that project can use it.
 */
#ifndef KEYWHEEL_PROTOCOL_RESOURCE_KIND_H
#define KEYWHEEL_PROTOCOL_RESOURCE_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct resource_kind {
	const char *name;  /* the collection: "cachedContents" */
	bool by_id;        /* answers say `id`, without the collection; errors
			      have a word for a code */
	int64_t expires_s; /* how long it is there, if Google does not say;
			      0: until it is deleted */
};

/* The kind of that collection, or NULL. */
const struct resource_kind *resource_kind_of(const char *name, size_t len);

/*
 * Append the name of the resource that a text names, and give its kind; NULL
 * if it names none. The text is a name, one of something that belongs to it
 * (`fileSearchStores/x/documents/y`), a method of it (`batches/x:cancel`), or
 * the URL or path of any of them, also with a version and `openai` in front.
 */
const struct resource_kind *resource_kind_read(
    const char *text, size_t len, struct buf *out);

#endif
