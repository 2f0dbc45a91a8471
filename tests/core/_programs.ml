(* Runs the random programs of tests/core/_programs.ts over OCaml's Lwt.
   ocamlfind ocamlopt -package lwt,unix -linkpkg _programs.ml -o programs
   ./programs FROM UPTO [text]: one line a program: its seed, and the digest or the text of its transcript. *)
exception E of int

let random = ref 0
let draw n = random := !random * 48271 mod 2147483647; (!random / 16) mod n

let buffer = Buffer.create 4096
let write s = Buffer.add_string buffer s; Buffer.add_char buffer ' '

let key : int Lwt.key = Lwt.new_key ()
let promises : int Lwt.t array ref = ref [||]
let resolvers : int Lwt.u array ref = ref [||]
let fuel = ref 0
let ids = ref 0
let seed = ref 0

let keep p = promises := Array.append !promises [| p |]
let make (p, r) = keep p; resolvers := Array.append !resolvers [| r |]
let new_id () = incr ids; !ids
let name = function Lwt.Canceled -> "C" | E n -> "E" ^ string_of_int n | e -> Printexc.to_string e

let state p = match Lwt.state p with
  | Lwt.Return v -> "R" ^ string_of_int v
  | Lwt.Fail e -> "F" ^ name e
  | Lwt.Sleep -> "S"

let pick () =
  let length = Array.length !promises in
  let recent = draw 2 = 0 && length > 6 in
  !promises.(if recent then length - 1 - draw 6 else draw length)

let pick_some () =
  let n = 1 + draw 3 in
  let rec go n = if n = 0 then [] else let p = pick () in let rest = go (n - 1) in p :: rest in
  go n

let sum = List.fold_left (+) 0

let resolve f =
  let r = !resolvers.(draw (Array.length !resolvers)) in
  let n = draw 100 in
  try f r n with Invalid_argument _ -> write "used"

let error () = E (draw 100)

let rec act depth =
  if !fuel > 0 && depth < 6 then begin
    decr fuel;
    !acts.(draw (Array.length !acts)) depth
  end

and acts : (int -> unit) array ref = ref [||]

let callback depth id value =
  write (Printf.sprintf "%d:%d%s" id value
    (match Lwt.get key with None -> "" | Some n -> "k" ^ string_of_int n));
  for _ = 1 to draw 3 do act (depth + 1) done;
  write (Printf.sprintf ".%d" id)

let observer depth id value = callback depth id value; if draw 8 = 0 then raise (error ())
let observe_error depth id e = write (name e); observer depth id 0
let number depth id value = callback depth id value; if draw 4 = 0 then raise (error ()); draw 100

(* What throws rejects, also where the original lets it escape. *)
let promise depth id value =
  try
    callback depth id value;
    let way = draw 6 in
    if way = 0 then raise (error ())
    else if way = 1 then Lwt.fail (error ())
    else if way < 4 then Lwt.return (draw 100)
    else pick ()
  with E n -> Lwt.fail (E n)

let failed depth id e = write (name e); promise depth id 0

let watching f depth = let p = pick () in let id = new_id () in f p depth id
let deriving f depth = let p = pick () in let id = new_id () in keep (f p depth id)

let gathering ?(settled = 3) f _ =
  let ps = pick_some () in
  let n = List.length (List.filter (fun p -> Lwt.state p <> Lwt.Sleep) ps) in
  if n <= settled then keep (f ps)

let spawns depth =
  let p = pick () in let q = pick () in let id = new_id () in
  keep (Lwt.bind p (fun v ->
    try callback depth id v;
      Lwt.bind q (fun v -> try Lwt.return (number depth id v) with E n -> Lwt.fail (E n))
    with E n -> Lwt.fail (E n)))

let waits _ = make (Lwt.wait ())
let tasks _ = make (Lwt.task ())
let binds = deriving (fun p d id -> Lwt.bind p (promise d id))
let on_cancels = watching (fun p d id -> Lwt.on_cancel p (fun () -> observer d id 0))
let wakes _ = resolve Lwt.wakeup
let wakes_later _ = resolve Lwt.wakeup_later
let cancels _ = Lwt.cancel (pick ())

let () = acts := [|
  waits; tasks; tasks; binds; binds;
  deriving (fun p d id -> Lwt.map (number d id) p);
  deriving (fun p d id -> Lwt.catch (fun () -> p) (failed d id));
  deriving (fun p d id -> Lwt.try_bind (fun () -> p) (promise d id) (failed d id));
  deriving (fun p d id -> Lwt.finalize (fun () -> p) (fun () -> Lwt.map ignore (promise d id 0)));
  watching (fun p d id -> Lwt.on_success p (observer d id));
  watching (fun p d id -> Lwt.on_failure p (observe_error d id));
  watching (fun p d id -> Lwt.on_termination p (fun () -> observer d id 0));
  watching (fun p d id -> Lwt.on_any p (observer d id) (observe_error d id));
  on_cancels; on_cancels;
  gathering (fun ps -> Lwt.map (fun () -> 7) (Lwt.join (List.map (Lwt.map ignore) ps)));
  gathering (fun ps -> Lwt.map sum (Lwt.all ps));
  gathering ~settled:1 Lwt.choose;
  gathering ~settled:0 Lwt.pick;
  gathering (fun ps -> Lwt.map sum (Lwt.nchoose ps));
  gathering (fun ps -> Lwt.map sum (Lwt.npick ps));
  gathering (fun ps ->
    Lwt.map (fun (ns, rest) -> sum ns * 10 + List.length rest) (Lwt.nchoose_split ps));
  deriving (fun p _ _ -> Lwt.protected p);
  deriving (fun p _ _ -> Lwt.no_cancel p);
  deriving (fun p _ _ -> Lwt.wrap_in_cancelable p);
  wakes; wakes; wakes_later; wakes_later;
  (fun _ -> resolve (fun r n -> Lwt.wakeup_exn r (E n)));
  (fun _ -> resolve (fun r _ -> Lwt.wakeup_exn r Lwt.Canceled));
  cancels; cancels;
  (fun d -> let n = draw 100 in Lwt.with_value key (if n < 20 then None else Some n) (fun () -> act d));
  (fun _ -> keep (Lwt.map (fun () -> 3) (Lwt.pause ())));
  (fun _ -> Lwt.wakeup_paused ());
  spawns; spawns;
  (fun _ -> let p = pick () in Lwt.async (fun () -> Lwt.map ignore p));
|]

let run () =
  random := !seed * 7919 + 1;
  promises := [||]; resolvers := [||]; ids := 0; Buffer.clear buffer;
  fuel := 20 + draw 120;
  for _ = 1 to 3 do make (Lwt.task ()) done;
  while !fuel > 0 do act 0 done;
  Array.iter (fun p -> write (state p)) !promises;
  let text = Buffer.contents buffer in
  while Lwt.paused_count () > 0 do Lwt.wakeup_paused () done;
  text

(* FNV-1a, its two halves laid over each other. *)
let digest text =
  let h = ref 0x811c9dc5 in
  String.iter (fun c -> h := ((!h lxor Char.code c) * 16777619) land 0xffffffff) text;
  Printf.sprintf "%04x" ((!h lsr 16) lxor (!h land 0xffff))

(* Programs whose promises wait for themselves never end here, and are left out. *)
let endless () = Printf.printf "%d ----\n%!" !seed; exit 3

let () =
  Sys.set_signal Sys.sigvtalrm (Sys.Signal_handle (fun _ -> endless ()));
  Lwt.async_exception_hook := (fun e ->
    if e = Stack_overflow then endless (); write ("hook " ^ name e));
  for s = int_of_string Sys.argv.(1) to int_of_string Sys.argv.(2) do
    seed := s;
    ignore (Unix.setitimer Unix.ITIMER_VIRTUAL { Unix.it_value = 0.5; it_interval = 0. });
    let text = try run () with Stack_overflow -> endless () in
    Printf.printf "%d %s\n%!" s (if Array.length Sys.argv > 3 then text else digest text)
  done
