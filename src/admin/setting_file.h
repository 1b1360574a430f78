/*
 * The settings as a .env file. /config/export: a file to take away; secrets are
 * in it only for who gives an admin token again. /config/import: one to bring,
 * as text or as a file; what it would change is shown, and saved by /config.
 */
#ifndef KEYWHEEL_ADMIN_SETTING_FILE_H
#define KEYWHEEL_ADMIN_SETTING_FILE_H

struct service;
struct route_match;

void setting_file_serve_export(
    struct service *s, const struct route_match *match);
void setting_file_serve_send(
    struct service *s, const struct route_match *match);
void setting_file_serve_import(
    struct service *s, const struct route_match *match);
void setting_file_serve_preview(
    struct service *s, const struct route_match *match);

#endif
