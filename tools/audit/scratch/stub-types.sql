-- Stand-ins for types of extensions that are not installed: they hold text, so that tables with them can be made.
-- $1 is replaced by the type's name, $2 by its schema. Superuser only: the functions are Postgres' own.
create type $2.$1;
create function $2.$1_in(cstring, oid, integer) returns $2.$1 language internal immutable strict as 'textin';
create function $2.$1_out($2.$1) returns cstring language internal immutable strict as 'textout';
create type $2.$1 (input = $2.$1_in, output = $2.$1_out, typmod_in = varchartypmodin, typmod_out = varchartypmodout, like = text);
