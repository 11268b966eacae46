create index operation_number on operation (number);
