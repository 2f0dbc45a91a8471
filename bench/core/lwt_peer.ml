(* The workloads on OCaml's Lwt, timed as _clock.ts times them. *)

let links = 1000
let iterate n f = for i = 0 to n - 1 do f i done

let binds = [|
  (fun x -> Lwt.return (x + 1)); (fun x -> Lwt.return (x + 2));
  (fun x -> Lwt.return (x + 3)); (fun x -> Lwt.return (x + 4));
  (fun x -> Lwt.return (x + 5)); (fun x -> Lwt.return (x + 6));
  (fun x -> Lwt.return (x + 7)); (fun x -> Lwt.return (x + 8));
  (fun x -> Lwt.return (x + 9)); (fun x -> Lwt.return (x + 10));
  (fun x -> Lwt.return (x + 11)); (fun x -> Lwt.return (x + 12));
  (fun x -> Lwt.return (x + 13)); (fun x -> Lwt.return (x + 14));
  (fun x -> Lwt.return (x + 15)); (fun x -> Lwt.return (x + 16)) |]

let maps = [|
  (fun x -> x + 1); (fun x -> x + 2); (fun x -> x + 3); (fun x -> x + 4);
  (fun x -> x + 5); (fun x -> x + 6); (fun x -> x + 7); (fun x -> x + 8);
  (fun x -> x + 9); (fun x -> x + 10); (fun x -> x + 11); (fun x -> x + 12);
  (fun x -> x + 13); (fun x -> x + 14); (fun x -> x + 15); (fun x -> x + 16) |]

let bind n =
  let p = ref (Lwt.return 0) in
  for _ = 1 to n do p := Lwt.bind !p (fun x -> Lwt.return (x + 1)) done

let bind16 n =
  let p = ref (Lwt.return 0) in
  for i = 1 to n do p := Lwt.bind !p binds.(i land 15) done

let map n =
  let p = ref (Lwt.return 0) in
  for _ = 1 to n do p := Lwt.map (fun x -> x + 1) !p done

let map16 n =
  let p = ref (Lwt.return 0) in
  for i = 1 to n do p := Lwt.map maps.(i land 15) !p done

let pending extend n =
  iterate (n / links) (fun _ ->
    let first, resolver = Lwt.wait () in
    ignore (extend first : int Lwt.t);
    Lwt.wakeup resolver 0)

let pending_binds = pending (fun first ->
  let p = ref first in
  for _ = 1 to links do p := Lwt.bind !p (fun x -> Lwt.return (x + 1)) done;
  !p)

let pending_binds16 = pending (fun first ->
  let p = ref first in
  for i = 1 to links do p := Lwt.bind !p binds.(i land 15) done;
  !p)

let pending_maps = pending (fun first ->
  let p = ref first in
  for _ = 1 to links do p := Lwt.map (fun x -> x + 1) !p done;
  !p)

let pending_maps16 = pending (fun first ->
  let p = ref first in
  for i = 1 to links do p := Lwt.map maps.(i land 15) !p done;
  !p)

let left = ref 0

let rec pauses () =
  if !left = 0 then Lwt.return_unit
  else (decr left; Lwt.bind (Lwt.pause ()) pauses)

let steps = Array.make 16 (fun () -> Lwt.return_unit)

let pauses16 _ =
  if !left = 0 then Lwt.return_unit
  else (decr left; Lwt.bind (Lwt.pause ()) steps.(!left land 15))

let () =
  Array.iteri (Array.set steps) [|
    (fun () -> pauses16 1); (fun () -> pauses16 2); (fun () -> pauses16 3);
    (fun () -> pauses16 4); (fun () -> pauses16 5); (fun () -> pauses16 6);
    (fun () -> pauses16 7); (fun () -> pauses16 8); (fun () -> pauses16 9);
    (fun () -> pauses16 10); (fun () -> pauses16 11); (fun () -> pauses16 12);
    (fun () -> pauses16 13); (fun () -> pauses16 14); (fun () -> pauses16 15);
    (fun () -> pauses16 16) |]

let drive p = while Lwt.is_sleeping p do Lwt.wakeup_paused () done
let pause n = left := n; drive (pauses ())
let pause16 n = left := n; drive (pauses16 0)
let pause_in_main n = left := n; Lwt_main.run (pauses ())
let pause_in_main16 n = left := n; Lwt_main.run (pauses16 0)

let workloads = [
  "bind settled", bind;
  "bind settled, 16 callbacks", bind16;
  "map settled", map;
  "map settled, 16 callbacks", map16;
  "1,000 pending binds", pending_binds;
  "1,000 pending binds, 16 callbacks", pending_binds16;
  "1,000 pending maps", pending_maps;
  "1,000 pending maps, 16 callbacks", pending_maps16;
  "pause loop", pause;
  "pause loop, 16 callbacks", pause16;
  "pause loop in the main loop", pause_in_main;
  "pause loop in the main loop, 16 callbacks", pause_in_main16 ]

let milliseconds workload n =
  let start = Unix.gettimeofday () in
  workload n;
  (Unix.gettimeofday () -. start) *. 1e3

let warm_up workload =
  let n = ref 1000 and finish = Unix.gettimeofday () +. 0.2 in
  while Unix.gettimeofday () < finish do
    if milliseconds workload !n < 2. then n := 2 * !n
  done;
  !n

let ns_per_operation workload =
  let n = warm_up workload in
  let batches = Array.init 100 (fun _ -> milliseconds workload n) in
  Array.sort compare batches;
  batches.(25) *. 1e6 /. float n

let () =
  let name = Sys.argv.(1) in
  match List.assoc_opt name workloads with
  | None -> print_endline "{}"
  | Some workload -> Printf.printf "{\"%s\": %f}\n" name (ns_per_operation workload)
