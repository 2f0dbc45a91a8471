(* A line echo server through the channels of OCaml's Lwt. *)

open Lwt.Infix

let rec echo ic oc =
  Lwt_io.read_line_opt ic >>= function
  | None -> Lwt.return_unit
  | Some line ->
    Lwt_io.write_line oc line >>= fun () ->
    Lwt_io.flush oc >>= fun () -> echo ic oc

let gone _ = Lwt.return_unit

let serve (ic, oc) =
  Lwt.catch (fun () -> echo ic oc) gone >>= fun () ->
  Lwt.catch (fun () -> Lwt_io.close oc) gone >>= fun () ->
  Lwt.catch (fun () -> Lwt_io.close ic) gone

let rec accept listener =
  Lwt_unix.accept listener >>= fun (fd, _) ->
  Lwt_unix.setsockopt fd Unix.TCP_NODELAY true;
  let close = lazy (Lwt_unix.close fd) in
  let close () = Lazy.force close in
  let ic = Lwt_io.of_fd ~mode:Lwt_io.input ~close fd in
  let oc = Lwt_io.of_fd ~mode:Lwt_io.output ~close fd in
  Lwt.async (fun () -> serve (ic, oc));
  accept listener

let port = function Unix.ADDR_INET (_, port) -> port | _ -> 0

let main () =
  let listener = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0 in
  Lwt_unix.bind listener (Unix.ADDR_INET (Unix.inet_addr_loopback, 0)) >>= fun () ->
  Lwt_unix.listen listener 1024;
  Printf.printf "%d\n%!" (port (Lwt_unix.getsockname listener));
  accept listener

let () = Lwt_main.run (main ())
