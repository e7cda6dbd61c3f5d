# Objects of an R session in a file that `sitpy compare` reads. Base R only.
#
#   source("export_from_r.R")
#   export_for_sitpy("risk.json", ef = ef, ia = ia, constraints = constraints, measure = "Risk")
#   export_for_sitpy("mine.json", weights = w)     # a vector, or a matrix of portfolios x assets
#
# measure: what the weights are the least of ("Risk", "MAD", "MaxLoss", "CVaR", "CDaR", "MADdown", "RiskDown",
# "Gini", "CorRisk"); where it is left out, ef$name is taken if it is one of these.

sitpy_text <- function(x) {
  x <- enc2utf8(as.character(x))
  out <- gsub("\\", "\\\\", x, fixed = TRUE)
  out <- gsub("\"", "\\\"", out, fixed = TRUE)
  for (code in 1:31) {
    out <- gsub(intToUtf8(code), sprintf("\\u%04x", code), out, fixed = TRUE)
  }
  ifelse(is.na(x), "null", paste0("\"", out, "\""))
}

# 17 digits are every bit of a double
sitpy_numbers <- function(x) {
  x <- as.vector(unclass(x))
  if (is.logical(x)) {
    return(ifelse(is.na(x), "null", ifelse(x, "true", "false")))
  }
  x <- as.double(x)
  out <- formatC(x, digits = 17, format = "g", width = 1)
  out[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, "\"Inf\"", "\"-Inf\"")
  out[is.na(x)] <- "null"
  out[is.nan(x)] <- "\"NaN\""
  out
}

sitpy_array <- function(parts) paste0("[", paste(parts, collapse = ", "), "]")

sitpy_object <- function(parts) {
  paste0("{", paste(paste0(sitpy_text(names(parts)), ": ", unlist(parts)), collapse = ",\n "), "}")
}

# dates as text, the others as they are
sitpy_times <- function(x, index = FALSE) {
  if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
  if (inherits(x, "Date")) return(format(x, "%Y-%m-%d"))
  if (index && is.numeric(x) && !inherits(x, "POSIXct")) {
    unclassed <- as.POSIXct(as.vector(unclass(x)), origin = "1970-01-01", tz = "UTC")
  } else if (inherits(x, "POSIXct")) {
    unclassed <- x
  } else {
    return(x)
  }
  full <- format(unclassed, "%Y-%m-%d %H:%M:%S")
  if (all(is.na(full) | substr(full, 12, 19) == "00:00:00")) substr(full, 1, 10) else full
}

sitpy_json <- function(x) {
  if (is.null(x) || is.function(x) || is.environment(x) || is.symbol(x) || is.language(x)) return("null")
  x <- sitpy_times(x)
  if (is.factor(x)) x <- structure(as.character(x), names = names(x))
  if (!is.list(x) && !is.numeric(x) && !is.logical(x) && !is.character(x)) {
    stop("cannot write an object of class ", paste(class(x), collapse = ", "))
  }
  kept <- list()
  for (name in c("names", "dim", "dimnames", "class")) kept[[name]] <- attr(x, name)
  if (inherits(x, "xts")) kept$index <- sitpy_times(attr(x, "index"), TRUE)
  if (inherits(x, "zoo") && !inherits(x, "xts")) kept$index <- sitpy_times(attr(x, "index"))
  kept <- lapply(kept, sitpy_json)
  parts <- if (is.list(x)) {
    list(list = sitpy_array(vapply(seq_along(x), function(i) sitpy_json(unclass(x)[[i]]), "")))
  } else if (is.character(x)) {
    list(words = sitpy_array(sitpy_text(x)))
  } else {
    list(numbers = sitpy_array(sitpy_numbers(x)))
  }
  if (length(kept)) parts$attributes <- sitpy_object(kept)
  sitpy_object(parts)
}

export_for_sitpy <- function(file, ..., measure = NULL) {
  objects <- list(...)
  if (!length(objects)) stop("give objects with their names: export_for_sitpy(file, ef = ef, ia = ia)")
  if (is.null(names(objects)) || any(names(objects) == "") || anyDuplicated(names(objects))) {
    stop("give every object a name of its own: export_for_sitpy(file, ef = ef, ia = ia)")
  }
  content <- list(format = sitpy_text("sitpy from R 1"), r_version = sitpy_text(R.version.string))
  if (!is.null(measure)) content$measure <- sitpy_text(measure)
  content$objects <- sitpy_object(lapply(objects, sitpy_json))
  # whole or not at all: a file that is half written is never seen
  temporary <- tempfile(".sitpy", dirname(file))
  connection <- file(temporary, open = "wb")
  tryCatch(
    writeLines(sitpy_object(content), connection, useBytes = TRUE),
    finally = close(connection)
  )
  if (!file.rename(temporary, file)) {
    unlink(temporary)
    stop("cannot write ", file)
  }
  invisible(file)
}
