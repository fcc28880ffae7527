# needs: sqlite3
sqlite3 base.db 'create table t(a integer primary key, b text); insert into t(b) values (char(120)), (char(121));'
sqlite3 base.db 'begin; update t set b = b || 1; commit; select * from t;'
sqlite3 base.db 'pragma journal_mode=wal; insert into t(b) values (3); select count(*) from t;'
