/* Numbers as the pages show them. */
#include "admin/number.h"

#include <inttypes.h>
#include <stdio.h>

#include "admin/chart_scale.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"

void
number_set(struct json_object *o, const char *name, int64_t number)
{
	char digits[24];
	struct buf text;
	buf_init(&text, BUF_SMALL);
	int len = snprintf(digits, sizeof(digits), "%" PRId64, number);
	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
			buf_byte(&text, ',');
		buf_byte(&text, digits[i]);
	}
	json_set_text(o, name, buf_cstr(&text));
	buf_clear(&text);
}

void
number_set_us(struct json_object *o, const char *name, int64_t us)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	number_set(o, name, us / 1000);
	buf_fmt(&text, "%s.%03d", json_get_text(o, name), (int)(us % 1000));
	json_set_text(o, name, buf_cstr(&text));
	buf_clear(&text);
}

void
number_set_short(struct json_object *o, const char *name, int64_t number)
{
	struct buf text;
	if (number < 10000) {
		number_set(o, name, number);
		return;
	}
	buf_init(&text, BUF_SMALL);
	chart_short(&text, number);
	json_set_text(o, name, buf_cstr(&text));
	buf_clear(&text);
}

void
number_set_bytes(struct json_object *o, const char *name, int64_t bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	char text[32];
	size_t unit = 0;
	double size = (double)bytes;
	while (size >= 1000 && unit + 1 < COUNT_OF(units)) {
		size /= 1000;
		unit++;
	}
	snprintf(text, sizeof(text), "%.*f %s", unit > 0 && size < 100, size,
	    units[unit]);
	json_set_text(o, name, text);
}

void
number_set_percent(
    struct json_object *o, const char *name, int64_t part, int64_t whole)
{
	char text[24];
	int64_t tenths = whole > 0 ? part * 1000 / whole : 0;
	snprintf(text, sizeof(text), "%" PRId64 ".%" PRId64, tenths / 10,
	    tenths % 10);
	json_set_text(o, name, tenths == 0 && part > 0 ? "<0.1" : text);
}
