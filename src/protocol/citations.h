/* Gemini's grounding as OpenAI's annotations (contract section 2.8). */
#ifndef KEYWHEEL_PROTOCOL_CITATIONS_H
#define KEYWHEEL_PROTOCOL_CITATIONS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/insertions.h"

/* What is cited, and by what. */
struct citations {
	const char *text; /* Gemini's text, as the client gets it */
	size_t len;
	const struct insertions *ours; /* what else is there, or NULL */
	size_t cut; /* bytes of Gemini's text in front of it that the
		       client does not get */

	/* Where each part begins in Gemini's text; GEMINI_NO_TEXT for parts
	 * that are none. */
	const size_t *part_start;
	size_t n_parts;

	struct json_object *grounding;   /* groundingMetadata, or NULL */
	struct json_object *url_context; /* urlContextMetadata, or NULL */

	bool flat; /* as the Responses API has them (contract section 5) */
};

/* The source that a grounding chunk names: its address and its title, which
 * may be NULL. False if it has no http address. */
MUSTCHECK bool citations_source(
    struct json_object *chunk, const char **title, const char **url);

/* Events repeat the grounding as it grows: keep the last one in *slot (owned
 * by the caller), unless it says less than the one that is there. */
void citations_keep_grounding(
    struct json_object **slot, struct json_object *grounding);

/* Append the annotations with commas between them, without brackets. The
 * number of annotations. */
size_t citations_write(const struct citations *c, struct buf *out);

#endif
