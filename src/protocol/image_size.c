/* The shapes of pictures, and which of them comes nearest. */
#include "protocol/image_size.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *const image_size_gemini[] = {"1:1", "2:3", "3:2", "3:4", "4:3",
    "4:5", "5:4", "9:16", "16:9", "21:9", NULL};
const char *const image_size_imagen[] = {
    "1:1", "3:4", "4:3", "9:16", "16:9", NULL};

/* No picture has more pixels on a side. */
#define SIDE_MAX 65536
#define SIDE_DIGITS 5

/* The side that is written in so many digits; 0: it is none. */
static long
read_side(const char *digits, size_t n)
{
	char copy[SIDE_DIGITS + 1] = "";
	if (n == 0 || n > SIDE_DIGITS)
		return 0;
	memcpy(copy, digits, n);
	long side = strtol(copy, NULL, 10);
	return side <= SIDE_MAX ? side : 0;
}

/* How wide it is for its height; false if it is no size. */
static bool
read_size(const char *text, const char *between, double *shape)
{
	static const char digits[] = "0123456789";
	size_t wide = strspn(text, digits);
	if (text[wide] == '\0' || strchr(between, text[wide]) == NULL)
		return false;
	const char *rest = text + wide + 1;
	size_t high = strspn(rest, digits);
	long w = read_side(text, wide), h = read_side(rest, high);
	if (rest[high] != '\0' || w == 0 || h == 0)
		return false;
	*shape = (double)w / (double)h;
	return true;
}

const char *
image_size_shape(const char *text, const char *const *shapes)
{
	double wanted, shape, best = 0;
	const char *nearest = NULL;
	if (text_same(text, "auto"))
		return "";
	if (!read_size(text, "xX", &wanted))
		return NULL;
	for (; *shapes != NULL; shapes++) {
		if (!read_size(*shapes, ":", &shape))
			continue;
		/* The same share of both: 1 is the same shape. */
		double near = shape < wanted ? shape / wanted : wanted / shape;
		if (near > best) {
			best = near;
			nearest = *shapes;
		}
	}
	return nearest;
}

const char *
image_size_named(const char *text, size_t len, const char *const *shapes)
{
	for (; *shapes != NULL; shapes++)
		if (strlen(*shapes) == len && memcmp(*shapes, text, len) == 0)
			return *shapes;
	return NULL;
}

void
image_size_list(const char *const *shapes, struct buf *out)
{
	for (size_t i = 0; shapes[i] != NULL; i++)
		buf_fmt(out, "%s%s",
		    i == 0                      ? ""
			: shapes[i + 1] == NULL ? " and "
						: ", ",
		    shapes[i]);
}
