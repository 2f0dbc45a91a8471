(* Reads all the lines of a file: [read_lines_lwt KIND FILE]. *)

open Lwt.Infix

let rec count ic lines =
  Lwt.try_bind (fun () -> Lwt_io.read_line ic)
    (fun _ -> count ic (lines + 1))
    (function End_of_file -> Lwt.return lines | error -> Lwt.fail error)

let count_stream ic lines = Lwt_stream.fold (fun _ n -> n + 1) (Lwt_io.read_lines ic) lines

let channel ?buffer file f =
  Lwt_main.run (Lwt_io.with_file ?buffer ~mode:Lwt_io.input file (fun ic -> f ic 0))

let input_lines file =
  let ic = open_in_bin file in
  let rec loop lines =
    match input_line ic with
    | _ -> loop (lines + 1)
    | exception End_of_file -> close_in ic; lines
  in
  loop 0

let read kind file =
  match kind with
  | "read_line" -> channel file count
  | "read_line, 64 KiB" -> channel ~buffer:(Lwt_bytes.create 65536) file count
  | "read_lines" -> channel file count_stream
  | "input_line" -> input_lines file
  | kind -> failwith kind

let () =
  let start = Unix.gettimeofday () in
  let lines = read Sys.argv.(1) Sys.argv.(2) in
  let seconds = Unix.gettimeofday () -. start in
  Printf.printf "{\"lines\": %d, \"seconds\": %f}\n" lines seconds
