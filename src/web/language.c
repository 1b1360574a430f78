/* Accept-Language: zh-CN,zh;q=0.9,en;q=0.8 */
#include "web/language.h"

#include <string.h>
#include <strings.h>

#define BLANKS " \t"

/* The weight in thousandths: 0, 0.5, 0.123, 1.000; what is none is 0. */
static int
read_weight(const char *text)
{
	int weight = *text == '1' ? 1000 : 0;
	if (*text != '0' || text[1] != '.')
		return weight;
	int unit = 100;
	for (text += 2; *text >= '0' && *text <= '9' && unit > 0; text++) {
		weight += (*text - '0') * unit;
		unit /= 10;
	}
	return weight;
}

/* That of a range of len bytes, `zh;q=0.9`. */
static int
weight_of(const char *range, size_t len)
{
	const char *end = range + len;
	const char *sign = memchr(range, ';', len);
	if (sign == NULL)
		return 1000;
	sign++;
	sign += strspn(sign, BLANKS);
	if (end - sign < 2 || (*sign != 'q' && *sign != 'Q') || sign[1] != '=')
		return 1000;
	return read_weight(sign + 2);
}

static size_t
main_part(const char *tag)
{
	return strcspn(tag, "-;," BLANKS);
}

size_t
language_choose(const char *header, const char *const *tags, size_t n)
{
	size_t best = 0;
	int best_weight = 0;
	const char *range = header == NULL ? "" : header;
	while (*range != '\0') {
		range += strspn(range, "," BLANKS);
		size_t len = strcspn(range, ",");
		size_t part = main_part(range);
		int weight = weight_of(range, len);
		for (size_t i = 0; i < n && weight > best_weight; i++)
			if (part == main_part(tags[i]) &&
			    strncasecmp(range, tags[i], part) == 0) {
				best = i;
				best_weight = weight;
			}
		range += len;
	}
	return best;
}
