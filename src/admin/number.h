/* Numbers as the pages show them. */
#ifndef KEYWHEEL_ADMIN_NUMBER_H
#define KEYWHEEL_ADMIN_NUMBER_H

#include <stdint.h>

struct json_object;

/* Set the member to a text like 1,234,567. */
void number_set(struct json_object *o, const char *name, int64_t number);

/* … to a text like 9,999, 12.3k, 4.5M. */
void number_set_short(struct json_object *o, const char *name, int64_t number);

/* … to milliseconds with their thousandths: "1.234", "1,234.567". */
void number_set_us(struct json_object *o, const char *name, int64_t us);

/* … to a size of so many bytes in readable units: "12.3 MB". */
void number_set_bytes(struct json_object *o, const char *name, int64_t bytes);

/* … to the share of a whole in percent, with one digit: "97.5", "<0.1". Not
 * quite all is never 100. */
void number_set_percent(
    struct json_object *o, const char *name, int64_t part, int64_t whole);

#endif
