/* States as badges. */
#include "admin/badge.h"

#include "base/json.h"
#include "base/text.h"

bool
badge_set(struct json_object *row, const struct badge *badges, size_t n,
    const char *code)
{
	size_t i = 0;
	while (i < n && !text_same(code, badges[i].code))
		i++;
	if (i == n)
		return false;
	json_set_text(row, "level", badges[i].level);
	json_set_text(row, "label", badges[i].label);
	return true;
}
