/*
 * Gemini's File objects (contract sections 4.4 and 6.6): what of them is kept,
 * and how they look in OpenAI's form.
 */
#ifndef KEYWHEEL_PROTOCOL_FILE_OBJECT_H
#define KEYWHEEL_PROTOCOL_FILE_OBJECT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Gemini deletes files after that. */
#define FILE_OBJECT_LIFE_S ((int64_t)48 * 3600)

/* Seconds since the epoch of a time as Google writes it,
 * 2026-11-21T13:00:00.123Z; -1 if it is none. */
int64_t file_object_time_s(const char *text);

/* For how long from now on (since the epoch) the file is there. */
int64_t file_object_left_s(struct json_object *file, int64_t now_s);

/* What is kept of a file besides its name; purpose as OpenAI's clients give
 * it, or NULL. The caller owns it. */
struct json_object *file_object_facts(
    struct json_object *file, const char *purpose);

/* The File object of Gemini's form, out of a name and such facts. */
struct json_object *file_object_native(
    const char *name, struct json_object *facts);

/* The same in OpenAI's form. facts may also be Gemini's own object; what it
 * does not tell is made up of now_s. */
struct json_object *file_object_openai(
    const char *name, struct json_object *facts, int64_t now_s);

/* "files/abc" of OpenAI's id "file-abc" or of either name; false if it is
 * neither. */
bool file_object_name(const char *id, struct buf *name);

#endif
