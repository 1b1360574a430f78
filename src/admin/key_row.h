/* A key as keywheel.key_rows() tells it (sql/functions/076_key_rows.sql), as
 * templates show it. */
#ifndef KEYWHEEL_ADMIN_KEY_ROW_H
#define KEYWHEEL_ADMIN_KEY_ROW_H

struct json_object;
struct service;

/*
 * Adds level (good, warn, bad, other), label (the state in words), why (the
 * reason in words, if there are some), proxy (its scheme, host and port; or by
 * chance: by_chance), and makes texts of numbers. What is usual is left out:
 * weight 1, counts of nothing.
 */
void key_row_shape(struct service *s, struct json_object *row);
void key_rows_shape(struct service *s, struct json_object *rows);

/* … of rests alone: all_models, why. */
void key_rests_shape(struct json_object *rests);

#endif
