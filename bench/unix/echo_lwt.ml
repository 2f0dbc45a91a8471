(* The echo server of OCaml's Lwt, on whichever engine it was built with. *)

open Lwt.Infix

let rec write_all fd buffer offset length =
  if length = 0 then Lwt.return_unit
  else
    Lwt_unix.write fd buffer offset length >>= fun n ->
    write_all fd buffer (offset + n) (length - n)

let rec echo fd buffer =
  Lwt_unix.read fd buffer 0 (Bytes.length buffer) >>= function
  | 0 -> Lwt_unix.close fd
  | n -> write_all fd buffer 0 n >>= fun () -> echo fd buffer

let gone fd = function
  | Unix.Unix_error _ -> Lwt_unix.close fd
  | error -> Lwt.fail error

let rec serve listener =
  Lwt_unix.accept listener >>= fun (fd, _) ->
  Lwt_unix.setsockopt fd Unix.TCP_NODELAY true;
  Lwt.async (fun () -> Lwt.catch (fun () -> echo fd (Bytes.create 4096)) (gone fd));
  serve listener

let port = function Unix.ADDR_INET (_, port) -> port | _ -> 0

let main () =
  let listener = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0 in
  Lwt_unix.bind listener (Unix.ADDR_INET (Unix.inet_addr_loopback, 0)) >>= fun () ->
  Lwt_unix.listen listener 1024;
  Printf.printf "%d\n%!" (port (Lwt_unix.getsockname listener));
  serve listener

let () = Lwt_main.run (main ())
