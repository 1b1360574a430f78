/* The page of what has piled up: how old and how large the account is. */
#ifndef KEYWHEEL_ADMIN_STORAGE_ACCOUNT_H
#define KEYWHEEL_ADMIN_STORAGE_ACCOUNT_H

struct json_object;
struct settings;

/* For the template: {ages: [{title, rows, requests, errors}], and what the
 * settings will do: attempt_days, request_days, max_size; absent: nothing}.
 * days: keywheel.account_days(). The caller owns it. */
struct json_object *storage_account_make(
    struct json_object *days, const struct settings *settings);

#endif
