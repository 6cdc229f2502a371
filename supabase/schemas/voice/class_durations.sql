-- The classes of the duration histogram, for counting and for reading percentiles.
create function private.duration_bounds() returns integer[]
language sql immutable set search_path = '' as $$
  select '{5,10,15,20,25,30,40,50,60,75,90,105,120,150,180,210,240,270,300,360,420,480,600,750,900,1200,1800,2700,3600,7200,14400}'::integer[];
$$;
comment on function private.duration_bounds() is
  'Limits between the 32 classes of a duration histogram, in seconds: class 1 is below 5, class 32 from 14400.';

grant execute on function private.duration_bounds() to authenticated, service_role;
