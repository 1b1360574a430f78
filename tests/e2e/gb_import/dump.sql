/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: default_db
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `t_error_logs`
--

DROP TABLE IF EXISTS `t_error_logs`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `t_error_logs` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `gemini_key` varchar(100) DEFAULT NULL,
  `model_name` varchar(100) DEFAULT NULL,
  `error_type` varchar(50) DEFAULT NULL,
  `error_log` text DEFAULT NULL,
  `error_code` int(11) DEFAULT NULL,
  `request_msg` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`request_msg`)),
  `request_time` datetime DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `t_error_logs`
--

LOCK TABLES `t_error_logs` WRITE;
/*!40000 ALTER TABLE `t_error_logs` DISABLE KEYS */;
INSERT INTO `t_error_logs` VALUES
(1,'AIzaSyMOVEIN-00000000000000000000000001','gemini-2.5-flash','gemini-chat-stream','\'); INSERT INTO `t_settings` VALUES (99,\'MAX_RETRIES\',\'9\',\'\',\'\',\'\');\n-- \\',429,'{\"contents\": [{\"parts\": [{\"text\": \"\'); INSERT INTO `t_settings` VALUES (99,\'MAX_RETRIES\',\'9\',\'\',\'\',\'\');\\n-- \\\\\"}]}]}','2026-01-02 03:04:05');
/*!40000 ALTER TABLE `t_error_logs` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `t_file_records`
--

DROP TABLE IF EXISTS `t_file_records`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `t_file_records` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(255) NOT NULL,
  `display_name` varchar(255) DEFAULT NULL,
  `mime_type` varchar(100) NOT NULL,
  `size_bytes` bigint(20) NOT NULL,
  `sha256_hash` varchar(255) DEFAULT NULL,
  `state` enum('PROCESSING','ACTIVE','FAILED') NOT NULL,
  `create_time` datetime NOT NULL,
  `update_time` datetime NOT NULL,
  `expiration_time` datetime NOT NULL,
  `uri` varchar(500) NOT NULL,
  `api_key` varchar(100) NOT NULL,
  `upload_url` text DEFAULT NULL,
  `user_token` varchar(100) DEFAULT NULL,
  `upload_completed` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `t_file_records`
--

LOCK TABLES `t_file_records` WRITE;
/*!40000 ALTER TABLE `t_file_records` DISABLE KEYS */;
INSERT INTO `t_file_records` VALUES
(1,'files/move-in-1','a picture.png','image/png',1234,'c2hhMjU2','ACTIVE','2000-12-31 00:00:00','2000-12-31 00:00:00','2001-01-01 00:00:00','https://generativelanguage.googleapis.com/v1beta/files/move-in-1','AIzaSyMOVEIN-00000000000000000000000001',NULL,'sk-moving-in-client-4be1c07d2f6a','2000-12-31 00:00:00'),
(2,'files/move-in-2','a picture.png','image/png',1234,'c2hhMjU2','ACTIVE','2000-12-31 00:00:00','2000-12-31 00:00:00','2001-01-01 00:00:00','https://generativelanguage.googleapis.com/v1beta/files/move-in-2','AIzaSyMOVEIN-00000000000000000000000002',NULL,'sk-moving-in-admin-9c3e5d7a1b20','2000-12-31 00:00:00'),
(3,'files/move-in-gone','a picture.png','image/png',1234,'c2hhMjU2','ACTIVE','2000-12-31 00:00:00','2000-12-31 00:00:00','2002-02-02 00:00:00','https://generativelanguage.googleapis.com/v1beta/files/move-in-gone','AIzaSyMOVEIN-00000000000000000000000001',NULL,'sk-moving-in-client-4be1c07d2f6a','2000-12-31 00:00:00'),
(4,'files/move-in-stranger','a picture.png','image/png',1234,'c2hhMjU2','ACTIVE','2000-12-31 00:00:00','2000-12-31 00:00:00','2001-01-01 00:00:00','https://generativelanguage.googleapis.com/v1beta/files/move-in-stranger','AIzaSyMOVEIN-00000000000000000000000009',NULL,'sk-moving-in-client-4be1c07d2f6a','2000-12-31 00:00:00'),
(5,'files/move-in-nobody','a picture.png','image/png',1234,'c2hhMjU2','ACTIVE','2000-12-31 00:00:00','2000-12-31 00:00:00','2001-01-01 00:00:00','https://generativelanguage.googleapis.com/v1beta/files/move-in-nobody','AIzaSyMOVEIN-00000000000000000000000003',NULL,'sk-revoked-long-ago','2000-12-31 00:00:00');
/*!40000 ALTER TABLE `t_file_records` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `t_request_log`
--

DROP TABLE IF EXISTS `t_request_log`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `t_request_log` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `request_time` datetime DEFAULT NULL,
  `model_name` varchar(100) DEFAULT NULL,
  `api_key` varchar(100) DEFAULT NULL,
  `is_success` tinyint(1) NOT NULL,
  `status_code` int(11) DEFAULT NULL,
  `latency_ms` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `t_request_log`
--

LOCK TABLES `t_request_log` WRITE;
/*!40000 ALTER TABLE `t_request_log` DISABLE KEYS */;
INSERT INTO `t_request_log` VALUES
(1,'2026-01-02 03:04:05','gemini-2.5-flash','AIzaSyMOVEIN-00000000000000000000000001',1,200,812),
(2,'2026-01-02 03:04:06','gemini-2.5-flash','AIzaSyMOVEIN-00000000000000000000000002',0,NULL,3);
/*!40000 ALTER TABLE `t_request_log` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `t_settings`
--

DROP TABLE IF EXISTS `t_settings`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `t_settings` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `key` varchar(100) NOT NULL COMMENT 'name of the setting',
  `value` text DEFAULT NULL COMMENT 'its value',
  `description` varchar(255) DEFAULT NULL,
  `created_at` datetime DEFAULT NULL,
  `updated_at` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `key` (`key`)
) ENGINE=InnoDB AUTO_INCREMENT=39 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `t_settings`
--

LOCK TABLES `t_settings` WRITE;
/*!40000 ALTER TABLE `t_settings` DISABLE KEYS */;
INSERT INTO `t_settings` VALUES
(1,'API_KEYS','[\"AIzaSyMOVEIN-00000000000000000000000001\", \"AIzaSyMOVEIN-00000000000000000000000002\", \"AIzaSyMOVEIN-00000000000000000000000003\", \"your_api_key_1\"]','API_KEYS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(2,'ALLOWED_TOKENS','[\"sk-moving-in-client-4be1c07d2f6a\", \"sk-moving-in-second-77d0e2\"]','ALLOWED_TOKENS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(3,'AUTH_TOKEN','sk-moving-in-admin-9c3e5d7a1b20','AUTH_TOKEN setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(4,'BASE_URL','http://127.0.0.1:1/v1beta','BASE_URL setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(5,'VERTEX_API_KEYS','[\"AQ.MoveIn-0123456789abcdefghijklmnopqrstuvwxyzABCDEF\"]','VERTEX_API_KEYS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(6,'PAID_KEY','','PAID_KEY setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(7,'MAX_FAILURES','10','MAX_FAILURES setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(8,'MAX_RETRIES','2','MAX_RETRIES setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(9,'TIME_OUT','240','TIME_OUT setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(10,'TEST_MODEL','gemini-2.5-flash','TEST_MODEL setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(11,'PROXIES','[]','PROXIES setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(12,'PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY','true','PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(13,'CUSTOM_HEADERS','{\"X-From\": \"it\'s \\\"balance\\\" \\\\ 中\"}','CUSTOM_HEADERS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(14,'THINKING_MODELS','[\"gemini-2.5-flash\", \"gemini-2.5-pro\"]','THINKING_MODELS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(15,'THINKING_BUDGET_MAP','{\'gemini-2.5-flash\': -1.0, \'gemini-2.5-pro\': 24000.0}','THINKING_BUDGET_MAP setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(16,'SAFETY_SETTINGS','[{\"category\": \"HARM_CATEGORY_HARASSMENT\", \"threshold\": \"OFF\"}, {\"category\": \"HARM_CATEGORY_CIVIC_INTEGRITY\", \"threshold\": \"BLOCK_NONE\"}]','SAFETY_SETTINGS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(17,'SEARCH_MODELS','[\"gemini-2.5-flash\",\"gemini-2.5-pro\"]','SEARCH_MODELS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(18,'FILTERED_MODELS','gemini-1.0-pro,chat-bison-001','FILTERED_MODELS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(19,'SHOW_THINKING_PROCESS','False','SHOW_THINKING_PROCESS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(20,'URL_CONTEXT_ENABLED','true','URL_CONTEXT_ENABLED setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(21,'CREATE_IMAGE_MODEL','imagen-3.0-generate-002','CREATE_IMAGE_MODEL setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(22,'UPLOAD_PROVIDER','smms','UPLOAD_PROVIDER setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(23,'SMMS_SECRET_TOKEN','smms-secret-3fa9','SMMS_SECRET_TOKEN setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(24,'TTS_SPEED','normal','TTS_SPEED setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(25,'STREAM_MIN_DELAY','0.5','STREAM_MIN_DELAY setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(26,'STREAM_MAX_DELAY','0.024','STREAM_MAX_DELAY setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(27,'FAKE_STREAM_ENABLED','true','FAKE_STREAM_ENABLED setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(28,'FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS','0','FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(29,'CHECK_INTERVAL_HOURS','0.5','CHECK_INTERVAL_HOURS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(30,'TIMEZONE','Asia/Shanghai','TIMEZONE setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(31,'LOG_LEVEL','info','LOG_LEVEL setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(32,'AUTO_DELETE_ERROR_LOGS_DAYS','7','AUTO_DELETE_ERROR_LOGS_DAYS setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(33,'DATABASE_TYPE','mysql','DATABASE_TYPE setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(34,'MYSQL_PASSWORD','hunter2-secret','MYSQL_PASSWORD setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(35,'MYSQL_HOST','gemini-balance-mysql','MYSQL_HOST setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(36,'MYSQL_ROOT_PASSWORD','root-secret','MYSQL_ROOT_PASSWORD setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(37,'GITHUB_REPO_OWNER','snailyp','GITHUB_REPO_OWNER setting','2026-01-02 03:04:05','2026-01-02 03:04:05'),
(38,'TIME_ZONE',NULL,'TIME_ZONE setting','2026-01-02 03:04:05','2026-01-02 03:04:05');
/*!40000 ALTER TABLE `t_settings` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-21 22:59:03
