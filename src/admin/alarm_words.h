/* Alarms in words. */
#ifndef KEYWHEEL_ADMIN_ALARM_WORDS_H
#define KEYWHEEL_ADMIN_ALARM_WORDS_H

struct json_object;

/* Set what is to be said of an alarm of its kind: words, todo, href and link
 * (messages, but for the path; null: nothing), and level. */
void alarm_words(struct json_object *alarm);

#endif
