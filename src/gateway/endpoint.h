/* What the rows of the route tables lead to. */
#ifndef KEYWHEEL_GATEWAY_ENDPOINT_H
#define KEYWHEEL_GATEWAY_ENDPOINT_H

#include "protocol/api_error.h"
#include "web/route.h"

struct service;

struct endpoint {
	enum api_dialect dialect; /* of its errors */
	void (*serve)(struct service *s, const struct route_match *match);
};

/* One a row of the table; each in the file of its API. */
extern const struct endpoint endpoint_chat;   /* chat.c */
extern const struct endpoint endpoint_models; /* models.c */
extern const struct endpoint endpoint_model;
extern const struct endpoint endpoint_native_models;
extern const struct endpoint endpoint_native_model; /* native_kinds.c */
extern const struct endpoint endpoint_native_generate;
extern const struct endpoint endpoint_native_stream;
extern const struct endpoint endpoint_native_count;
extern const struct endpoint endpoint_vertex_models;       /* models.c */
extern const struct endpoint endpoint_native_vertex_model; /* native_kinds.c */
extern const struct endpoint endpoint_native_vertex_generate;
extern const struct endpoint endpoint_native_vertex_stream;
extern const struct endpoint endpoint_native_vertex_count;
extern const struct endpoint endpoint_embeddings;   /* embeddings.c */
extern const struct endpoint endpoint_native_embed; /* native_kinds.c */
extern const struct endpoint endpoint_native_embed_batch;
extern const struct endpoint endpoint_native_vertex_embed;
extern const struct endpoint endpoint_native_vertex_embed_batch;
extern const struct endpoint endpoint_native_action; /* pipe_native.c */
extern const struct endpoint endpoint_native_resource;
extern const struct endpoint endpoint_native_operation;
extern const struct endpoint endpoint_native_other;
extern const struct endpoint endpoint_native_live;
extern const struct endpoint endpoint_upload; /* upload.c */
extern const struct endpoint endpoint_files;  /* files.c */
extern const struct endpoint endpoint_file;
extern const struct endpoint endpoint_file_download;
extern const struct endpoint endpoint_openai_files; /* files_openai.c */
extern const struct endpoint endpoint_openai_file;
extern const struct endpoint endpoint_openai_file_content;
extern const struct endpoint endpoint_openai_files_create; /* files_create.c */
extern const struct endpoint endpoint_openai_pipe;         /* pipe_openai.c */
extern const struct endpoint endpoint_image_generations;   /* images.c */
extern const struct endpoint endpoint_image_edits;         /* image_edits.c */
extern const struct endpoint endpoint_picture;             /* pictures.c */
extern const struct endpoint endpoint_health;              /* health.c */
extern const struct endpoint endpoint_metrics;             /* metrics.c */
extern const struct endpoint endpoint_responses;           /* responses.c */
extern const struct endpoint endpoint_response;
extern const struct endpoint endpoint_speech;        /* speech.c */
extern const struct endpoint endpoint_transcription; /* transcription.c */
extern const struct endpoint endpoint_translation;

#endif
