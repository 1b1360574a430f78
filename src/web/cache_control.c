/* Reading Cache-Control. */
#include "web/cache_control.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* One directive, without the blanks around it. */
static void
take(struct cache_control *c, const char *word)
{
	static const char max_age[] = "max-age=";
	int64_t seconds;
	if (text_same(word, "no-store"))
		c->no_store = true;
	else if (text_same(word, "no-cache"))
		c->max_age_s = 0;
	else if (text_starts(word, max_age) &&
	    text_to_int(word + strlen(max_age), 0, INT32_MAX, &seconds) &&
	    (c->max_age_s < 0 || seconds < c->max_age_s))
		c->max_age_s = seconds;
}

struct cache_control
cache_control_read(const char *value)
{
	struct cache_control c = {.max_age_s = -1};
	while (value != NULL && *value != '\0') {
		char word[32];
		value += strspn(value, " \t,");
		size_t len = strcspn(value, " \t,");
		snprintf(word, sizeof(word), "%.*s", (int)len, value);
		if (len < sizeof(word))
			take(&c, word);
		value += len;
	}
	return c;
}
