/* The log, as the settings have it. */
#ifndef KEYWHEEL_BASE_SETTING_LOG_H
#define KEYWHEEL_BASE_SETTING_LOG_H

struct settings;

/* Put LOG_LEVEL and LOG_FORMAT in force, for whoever shares the log too. Each
 * process does so when it has read the settings. */
void setting_log_follow(const struct settings *set);

#endif
