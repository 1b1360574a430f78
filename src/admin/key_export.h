/* Keys in full, written as a text, as JSON, or as lines of a .env file. */
#ifndef KEYWHEEL_ADMIN_KEY_EXPORT_H
#define KEYWHEEL_ADMIN_KEY_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "store/reveal.h"

struct key_export;

struct key_format {
	const char *name;        /* text, json, env */
	const char *type;        /* Content-Type */
	const char *disposition; /* Content-Disposition */
	void (*write)(struct key_export *e, const struct revealed_key *key);
	void (*end)(struct key_export *e);
};

/* The format of that name, or NULL. */
const struct key_format *key_format_find(const char *name);

#define KEY_EXPORT_POOLS 3

/* What is written so far. It holds secrets: clear it. */
struct key_export {
	const struct key_format *format;
	struct buf out; /* may be taken out of it in between */
	struct buf pool[KEY_EXPORT_POOLS];
	size_t written, unreadable; /* keys */
};

void key_export_init(struct key_export *e, const struct key_format *format);
void key_export_clear(struct key_export *e);

/* The next key; and the end. */
void key_export_add(struct key_export *e, const struct revealed_key *key);
void key_export_end(struct key_export *e);

#endif
