-- What comes at once is copied into chunks that fill a page each, as they are: compressing costs more than it saves, and a history is
-- read whole. In the row of a subject only what is longer than a quarter of a page is moved elsewhere.
ALTER TABLE history ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE history SET (toast_tuple_target = 8160, fillfactor = 100);
ALTER TABLE subject SET (toast_tuple_target = 4080);
