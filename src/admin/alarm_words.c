/* Words of alarms. */
#include "admin/alarm_words.h"

#include "base/alert_kind.h"
#include "base/attr.h"
#include "base/json.h"

void
alarm_words(struct json_object *alarm)
{
	static const struct alert_kind unknown = {
	    "", N_("Something needs attention"), NULL, NULL, NULL, false};
	const struct alert_kind *kind =
	    alert_kind_find(json_get_text(alarm, "kind"));
	if (kind == NULL)
		kind = &unknown;
	json_set_text(alarm, "words", kind->words);
	json_set_text(alarm, "todo", kind->todo);
	json_set_text(alarm, "href", kind->href);
	json_set_text(alarm, "link", kind->link);
	json_set_text(alarm, "level", kind->bad ? "bad" : "warn");
}
