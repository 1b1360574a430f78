/* One part of a candidate's content (the table of contract section 2.1).
 * Private to gemini_reader. */
#ifndef KEYWHEEL_PROTOCOL_GEMINI_PART_H
#define KEYWHEEL_PROTOCOL_GEMINI_PART_H

#include <json-c/json.h>
#include <stdbool.h>

#include "protocol/gemini_reader.h"

/* Give the part's deltas to the reader's sink. first: it opens its event,
 * and so may continue the part that ended the event before. */
void gemini_part_read(
    struct gemini_reader *r, int choice, struct json_object *part, bool first);

/* Give what a cut emoji left in the choice. */
void gemini_part_end(struct gemini_reader *r, int choice);

#endif
