/* The log, as the settings have it. */
#include "base/setting_log.h"

#include "base/log.h"
#include "base/setting.h"
#include "base/text.h"

void
setting_log_follow(const struct settings *set)
{
	int level = log_level_by_name(settings_text(set, SETTING_ID_LOG_LEVEL));
	if (level >= 0)
		log_set_level((enum log_level)level);
	log_set_format(
	    text_same(settings_text(set, SETTING_ID_LOG_FORMAT), "json")
		? LOG_AS_JSON
		: LOG_AS_TEXT);
}
