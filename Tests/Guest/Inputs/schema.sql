create table birds(name text, km integer);
insert into birds values("swift", 900), ("fox", 12);
.mode box
select * from birds;
.mode list
select name, km * 2 from birds order by km;
.tables
